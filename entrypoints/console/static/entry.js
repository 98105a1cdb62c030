// One entry of the timeline: a line of words and tags that opens to its explanation.

import { fill, h } from "./element.js";
import { duration } from "./time.js";

const drawn = new WeakMap(); // what an element shows, so that it is drawn anew only when that changed

export const newEntry = () => h("details", { class: "entry" }, h("summary"), h("div", { class: "why" }));

/** `said` is what a describe module gave; `after` the milliseconds since its row began. */
export function updateEntry(element, { said, after }) {
  const look = JSON.stringify([said, after]);
  if (drawn.get(element) === look) return;
  drawn.set(element, look);
  const [summary, why] = element.children;
  fill(
    summary,
    h("span", { class: said.tone ? `what tag ${said.tone}` : "what" }, said.text),
    said.tags.map(({ text, tone }) => h("span", { class: `tag ${tone}` }, text)),
    after > 0 ? h("span", { class: "after" }, `+${duration(after)}`) : null,
  );
  fill(
    why,
    said.why.map((sentence) => h("p", {}, sentence)),
  );
}
