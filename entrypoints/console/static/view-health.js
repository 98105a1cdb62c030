// The view Health: what works and what does not, the queues of the last 15 minutes, the settings.

import { fill, h } from "./element.js";
import { feed } from "./health-feed.js";
import { queueRow, QUEUES } from "./health-queues.js";
import { tiles as tilesOf } from "./health-tiles.js";
import { t } from "./texts.js";

const TICK = 5_000; // milliseconds; the line moves on while nothing changes

export function health(main, { signal, state }) {
  const tiles = h("dl", { class: "tiles" });
  const rows = h("tbody");
  const settings = h("tbody");
  const column = (key) => h("th", { scope: "col" }, t(key));
  fill(
    main,
    h("div", { class: "head" }, h("div", {}, h("h1", {}, t("health.title")), h("p", {}, t("health.intro")))),
    tiles,
    h(
      "section",
      { class: "panel", "aria-labelledby": "queues-title" },
      h(
        "div",
        { class: "head" },
        h("h2", { id: "queues-title" }, t("health.queues")),
        h("p", { class: "small" }, t("health.queues.seen")),
      ),
      h(
        "div",
        { class: "scroller", tabindex: "0", role: "group", "aria-label": t("health.queue") },
        h(
          "table",
          { class: "plain" },
          h("thead", {}, h("tr", {}, ["health.queue", "health.depth", "health.oldest"].map(column))),
          rows,
        ),
      ),
    ),
    h(
      "details",
      { class: "panel" },
      h("summary", {}, h("h2", {}, t("health.settings"))),
      h(
        "table",
        { class: "plain settings" },
        h("thead", {}, h("tr", {}, ["health.setting", "health.value"].map(column))),
        settings,
      ),
    ),
  );
  const show = () => {
    const { newest } = feed;
    state(feed.state);
    if (!newest) return;
    fill(tiles, tilesOf(newest));
    if (newest.queues)
      fill(
        rows,
        QUEUES.map((name) => queueRow(name, newest.queues[name])),
      );
    if (!settings.children.length) fill(settings, Object.entries(newest.settings).map(settingRow));
  };
  addEventListener("health", show, { signal });
  const ticking = setInterval(show, TICK);
  signal.addEventListener("abort", () => clearInterval(ticking), { once: true });
  show();
}

function settingRow([name, value]) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("code", {}, name)),
    h(
      "td",
      {},
      value == null || value === ""
        ? h("span", { class: "muted" }, t("health.unset"))
        : h("code", {}, String(value)),
    ),
  );
}
