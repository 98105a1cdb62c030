// A stream of server-sent events over `fetch`, because `EventSource` sends no key. It comes back by
// itself, ever more slowly.

import { answered } from "./call.js";
import { Problem } from "./problem.js";
import { visible, whenHidden } from "./visible.js";

const FIRST = 1_000;
const LONGEST = 20_000; // milliseconds until it is tried again
const SILENCE = 45_000; // milliseconds; the service says something each 15 s, else the stream is lost
const LONGEST_EVENT = 2_000_000; // characters; more is no stream of ours

/**
 * Tells `show` each event's document until `signal` aborts, and `state` whether it is connected
 * ("live", "lost"). Throws a Problem when the service says no for good.
 */
export async function stream(path, { signal, show, state }) {
  let pause = FIRST;
  for (;;) {
    await visible(signal);
    if (signal.aborted) return;
    try {
      await read(path, signal, (document) => {
        pause = FIRST;
        state("live");
        show(document);
      });
    } catch (error) {
      if (signal.aborted) return;
      if (saysNo(error)) throw error;
    }
    if (signal.aborted) return;
    state("lost");
    await wait(pause * (0.75 + Math.random() / 2), signal);
    pause = Math.min(2 * pause, LONGEST);
  }
}

async function read(path, signal, show) {
  const lost = new AbortController();
  let silence = setTimeout(() => lost.abort(), SILENCE);
  const stopLooking = whenHidden(() => lost.abort());
  try {
    const answer = await answered(path, {
      method: "GET",
      signal: AbortSignal.any([signal, lost.signal]),
      headers: { Accept: "text/event-stream" },
    });
    for await (const { event, data } of events(answer.body)) {
      clearTimeout(silence);
      silence = setTimeout(() => lost.abort(), SILENCE);
      if (event === "problem") return; // the next answer says whether that is final
      if (data) show(JSON.parse(data));
    }
  } finally {
    stopLooking();
    clearTimeout(silence);
    lost.abort();
  }
}

/** The events of a stream. A comment alone is an event without data. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + value).split(/\r?\n\r?\n/);
    text = blocks.pop();
    if (text.length > LONGEST_EVENT) throw new Problem({});
    for (const block of blocks) yield fields(block);
  }
}

function fields(block) {
  const found = { event: "message", data: "" };
  for (const one of block.split(/\r?\n/)) {
    const [, name, value] = /^(event|data): ?(.*)$/.exec(one) ?? [];
    if (name === "event") found.event = value;
    if (name === "data") found.data += found.data ? `\n${value}` : value;
  }
  return found;
}

const saysNo = (error) => error instanceof Problem && [401, 403, 404, 422].includes(error.status);

function wait(milliseconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
