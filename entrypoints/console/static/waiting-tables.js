// The tables of the view Waiting: webhooks with a box to select each, updates, closings.

import { reason } from "./describe-theirs.js";
import { fill, h, set } from "./element.js";
import { keyed } from "./keyed.js";
import { known, t } from "./texts.js";
import { time } from "./time.js";

/** A table of its own kind: `headings` are keys of texts; `cells(row)` gives what stands in them. */
export function table(title, headings, key, cells) {
  const body = h("tbody", { role: "rowgroup" });
  const heading = (text) => h("th", { scope: "col", role: "columnheader" }, t(text));
  const element = h(
    "table",
    { class: "plain stacked", role: "table", "aria-label": t(title) },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, headings.map(heading))),
    body,
  );
  const drawn = new WeakMap();
  const update = (row, item) => {
    const look = JSON.stringify(item);
    if (drawn.get(row) === look) return;
    drawn.set(row, look);
    fill(
      row,
      cells(item).map((content, at) => cell(content, headings[at])),
    );
  };
  return {
    element,
    show(items) {
      set(element, { hidden: items.length ? null : "" });
      keyed(body, items, key, () => h("tr", { role: "row" }), update);
    },
  };
}

function cell(content, heading) {
  return h("td", { role: "cell", "data-label": t(heading) }, content ?? "–");
}

/** `selected` is a set of numbers; `changed` is told when it changes; `open(id)` shows a body. */
export function deliveriesTable(selected, changed, open) {
  const box = (id) => {
    const input = h("input", { type: "checkbox", "aria-label": t("waiting.select", { id }) });
    input.checked = selected.has(id);
    input.addEventListener(
      "change",
      () => (input.checked ? selected.add(id) : selected.delete(id), changed()),
    );
    return input;
  };
  const made = table(
    "waiting.deliveries",
    [
      "waiting.pick",
      "waiting.number",
      "waiting.event",
      "waiting.state",
      "waiting.why",
      "referral",
      "waiting.received",
      "waiting.due",
      "waiting.body-of",
    ],
    ({ id }) => id,
    (one) => [
      box(one.id),
      String(one.id),
      known(`webhook.${one.event}`) ?? one.event,
      stateTag(one.state),
      one.why ? reason(one.why) : one.outcome && t(`outcome.${one.outcome}`),
      one.referral && link(one.referral),
      time(one.received),
      one.due && time(one.due),
      h("button", { type: "button", class: "quiet", onclick: () => open(one.id) }, t("waiting.body")),
    ],
  );
  // A row that looks the same is not drawn again, so its box would stay as it is.
  const unselect = () => {
    selected.clear();
    for (const input of made.element.querySelectorAll("input:checked")) input.checked = false;
    changed();
  };
  return { ...made, unselect };
}

export const updatesTable = () =>
  table(
    "waiting.updates",
    ["person", "referral", "waiting.state", "waiting.why", "waiting.attempts", "waiting.due"],
    ({ referral, meeting, person }) => `${referral} ${meeting} ${person}`,
    (one) => [
      one.person,
      link(one.referral),
      stateTag(one.state),
      one.why && reason(one.why),
      String(one.attempts),
      one.due && time(one.due),
    ],
  );

export const closingsTable = () =>
  table(
    "waiting.closings",
    ["meeting", "referral", "waiting.why", "waiting.attempts", "waiting.due"],
    ({ referral, meeting }) => `${referral} ${meeting}`,
    (one) => [
      h("code", {}, one.meeting),
      link(one.referral),
      one.why && reason(one.why),
      String(one.attempts),
      time(one.due),
    ],
  );

const link = (referral) => h("a", { href: `#watch?referral=${encodeURIComponent(referral)}` }, referral);

function stateTag(state) {
  const tone = { waiting: "warn", dead: "bad", refused: "bad" }[state] ?? "";
  return h("span", { class: `tag ${tone}` }, t(`waiting.state.${state}`));
}
