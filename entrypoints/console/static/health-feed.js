// What the service says of its health, from when the page is opened: the newest document, and the
// depth and age of each queue in the last 15 minutes.

import { stream } from "./stream.js";
import { setClock } from "./time.js";

export const SPAN = 15 * 60; // seconds
const MOST = 1_000;

export const feed = { newest: null, samples: [], state: "" };

/** Follows it while the page lives; `first` is told the first document. Throws a Problem. */
export function openFeed(first) {
  const { signal } = new AbortController();
  return stream("/console/views/health", {
    signal,
    state(which) {
      feed.state = which;
      dispatchEvent(new Event("health"));
    },
    show(document) {
      setClock(document.at);
      const isFirst = !feed.newest;
      keep(document);
      if (isFirst) first(document);
      dispatchEvent(new Event("health"));
    },
  });
}

function keep(document) {
  feed.newest = document;
  if (!document.queues) return; // storage did not answer
  const at = Date.parse(document.at);
  feed.samples.push({ at, queues: document.queues });
  const oldest = at - SPAN * 1000;
  while (feed.samples.length > MOST || feed.samples[1]?.at < oldest) feed.samples.shift();
}
