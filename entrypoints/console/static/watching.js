// Watches one referral: its stream, and the timeline that runs with it.

import { fill, h } from "./element.js";
import { attempt } from "./news.js";
import { stream } from "./stream.js";
import { t } from "./texts.js";
import { setClock } from "./time.js";
import { timelineTable } from "./timeline-table.js";

const TICK = 1_000; // milliseconds; while a disagreement lasts, or an answer is of some time ago, its age runs

/** Whether an age in it runs. */
function runs({ kept, meetings }) {
  return !kept.provider || meetings.some(({ users }) => users.some(({ disagrees }) => disagrees.length));
}

/** Fills `place` until `signal` aborts, and tells `each` every document. */
export function watching(place, referral, { signal, state, each, emptyHint }) {
  const table = timelineTable();
  const empty = h("div", { class: "empty" }, h("strong", {}, t("watch.empty")), h("p", {}, t(emptyHint)));
  const scroller = h("div", { class: "scroller" }, table.element);
  fill(
    place,
    h(
      "div",
      { class: "head" },
      h("h2", { id: "timeline-title" }, t("watch.timeline")),
      h("p", { class: "small" }, t("watch.newest")),
    ),
    empty,
    scroller,
  );
  let newest = null;
  const show = (watched) => {
    newest = watched;
    setClock(watched.at);
    table.show(watched);
    empty.hidden = watched.meetings.length > 0 || watched.provider.length > 0;
    scroller.hidden = !empty.hidden;
    each(watched);
  };
  scroller.hidden = true;
  const tick = () => {
    if (!newest || !(runs(newest) || place.querySelector(".lasting"))) return;
    table.show(null);
    each(newest);
  };
  const ticking = setInterval(tick, TICK);
  signal.addEventListener("abort", () => clearInterval(ticking), { once: true });
  const path = `/console/views/watch/${encodeURIComponent(referral)}`;
  return attempt(() => stream(path, { signal, show, state }));
}
