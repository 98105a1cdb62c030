// Calls of this service. The operator's key is kept in this page's memory and nowhere else.

import { Problem } from "./problem.js";

const PATIENCE = 20_000; // milliseconds for an answer

let key = "";
let ask = async () => "";

/** `asked` gives a key when a 401 comes, or "" when the person gives none. */
export function whenAsked(asked) {
  ask = asked;
}

/** The answer's JSON, null when it has none. Throws a Problem. */
export async function call(method, path, body) {
  const answer = await answered(path, {
    method,
    signal: AbortSignal.timeout(PATIENCE),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
  });
  const type = answer.headers.get("Content-Type") ?? "";
  const reply = type.includes("json") ? await answer.json() : null;
  return { reply, headers: answer.headers };
}

export const get = async (path) => (await call("GET", path)).reply;
export const post = async (path, body) => (await call("POST", path, body)).reply;
export const put = async (path, body) => (await call("PUT", path, body)).reply;

/** A success. After a 401, or with a key that is no operator's, the key is asked for, and the call made again. */
export async function answered(path, request = {}) {
  for (;;) {
    const sent = key;
    const answer = await sending(path, request);
    if (answer.ok) return answer;
    const problem = await Problem.of(answer);
    if (problem.status !== 401 && problem.slug !== "forbidden") throw problem;
    if (sent === key) key = await ask(sent !== "");
    if (!key) throw problem;
    if (request.method !== "GET") request = { ...request, signal: AbortSignal.timeout(PATIENCE) };
  }
}

async function sending(path, request) {
  const headers = { ...request.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  try {
    return await fetch(path, { ...request, headers, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({});
  }
}
