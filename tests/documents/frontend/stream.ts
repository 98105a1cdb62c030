// A stream that ends in every way, and what the client makes of it. Nothing here takes time.

import { ServiceError, Videochamadas } from "./client.ts";

const forbidden = { type: "urn:problem-type:videochamadas:forbidden", title: "", status: 403 };
const no = new Response(JSON.stringify({ ...forbidden, detail: "Não", instance: null }), {
  status: 403,
  headers: { "Content-Type": "application/problem+json; charset=utf-8" },
});
const answers: (Response | string[] | undefined)[] = [
  ["retry: 1\r\n\r", "\nid: a\r\nda", 'ta: {"n": 1}\r', "\n\r\n: ping\r\n\r\n"], // it just ends
  ['id: b\r\ndata: {"n": 2}\r\n\r\n', "event: problem\r\ndata: {}\r\n\r\n"], // the right to it is gone
  [": ping\r\n\r\n", 'id: c\r\ndata: {"n": 3}\r\n\r\n', "silence"], // it says nothing any more
  undefined, // no connection
  new Response("", { status: 503 }),
  no,
];
const lasts: (string | null)[] = [];
let silent = false;

globalThis.fetch = async (_url, request) => {
  lasts.push(new Headers(request?.headers).get("Last-Event-ID"));
  const answer = answers.shift();
  if (!answer) throw new TypeError("fetch failed");
  return answer instanceof Response ? answer : new Response(body(answer, request!.signal!));
};

function body(parts: string[], signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (stream) => signal.addEventListener("abort", () => stream.error(signal.reason)),
    pull: (stream) => {
      const part = parts.shift();
      if (part === undefined) return stream.close();
      silent = part === "silence";
      if (!silent) stream.enqueue(new TextEncoder().encode(part));
      return silent ? new Promise(() => {}) : undefined;
    },
  });
}

const later = globalThis.setTimeout;
const patience: number[] = [];
globalThis.setTimeout = ((resume: () => void, milliseconds: number) => {
  const waiting = () => (milliseconds < 45_000 || silent ? resume() : later(waiting));
  if (milliseconds < 45_000) patience.push(milliseconds);
  return later(waiting);
}) as typeof setTimeout;

const shown: unknown[] = [];
const client = new Videochamadas();
try {
  const stream = client.streamPresence("enc-1001", new AbortController().signal);
  for await (const reply of stream) shown.push(reply);
} catch (error) {
  if (!(error instanceof ServiceError)) throw error;
  console.log(JSON.stringify({ shown, lasts, patience, slug: error.slug }));
}
