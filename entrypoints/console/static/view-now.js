// The view Now: calls that are on, what we show beside what the provider said last.

import { fill, h, write } from "./element.js";
import { keyed } from "./keyed.js";
import { attempt } from "./news.js";
import { stream } from "./stream.js";
import { t } from "./texts.js";
import { age, setClock } from "./time.js";

const TICK = 1_000;

export function now(main, { about, signal, state }) {
  const body = h("tbody", { role: "rowgroup" });
  const column = (key) => h("th", { scope: "col", role: "columnheader" }, t(key));
  const columns = ["referral", "now.ours", "now.theirs", "now.state"];
  const table = h(
    "table",
    { class: "plain stacked", role: "table", "aria-label": t("now.calls") },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, columns.map(column))),
    body,
  );
  const empty = h(
    "div",
    { class: "empty", hidden: true },
    h("strong", {}, t("now.empty")),
    h("p", {}, t(about.twins.video ? "now.empty-play" : "now.empty-real")),
  );
  const more = h("p", { class: "muted", hidden: true }, t("now.more"));
  fill(
    main,
    h("div", { class: "head" }, h("div", {}, h("h1", {}, t("now.title")), h("p", {}, t("now.intro")))),
    empty,
    table,
    more,
  );
  let newest = null;
  const draw = () =>
    newest &&
    keyed(body, newest.calls, ({ meetingId, referralId }) => `${referralId} ${meetingId}`, newRow, updateRow);
  const show = (document) => {
    setClock(document.at);
    newest = document;
    empty.hidden = document.calls.length > 0;
    table.hidden = !empty.hidden;
    more.hidden = !document.more;
    draw();
  };
  table.hidden = true;
  const ticking = setInterval(draw, TICK);
  signal.addEventListener("abort", () => clearInterval(ticking), { once: true });
  attempt(() => stream("/console/views/now", { signal, show, state }));
}

function newRow({ referralId }) {
  const link = h("a", { href: `#watch?referral=${encodeURIComponent(referralId)}` }, referralId);
  const cell = (key) =>
    h(
      "td",
      { role: "cell", "data-label": t(key) },
      h("ul", { class: "people" }),
      h("small", { class: "muted" }),
    );
  return h(
    "tr",
    { role: "row" },
    h("th", { role: "rowheader", scope: "row" }, link),
    cell("now.ours"),
    cell("now.theirs"),
    h("td", { role: "cell", "data-label": t("now.state") }, h("span", { class: "tag" })),
  );
}

function updateRow(row, call) {
  const [, ours, theirs, agreement] = row.children;
  const shown = call.users.filter(({ inMeeting }) => inMeeting).map(({ userId }) => userId);
  people(ours, shown, "");
  const { source, at, inside } = call.provider;
  const said = t(`provider.source.${source}`, { age: at ? age(at) : "" });
  people(theirs, [...new Set(inside.map(({ userId }) => userId))], said);
  const tag = agreement.firstChild;
  const since = call.disagreesSince;
  tag.className = since ? "tag warn" : "tag";
  write(tag, since ? t("now.apart", { age: age(since) }) : t("now.agree"));
}

function people(cell, ids, note) {
  const [list, small] = cell.children;
  const shown = ids.length ? ids : [""];
  keyed(
    list,
    shown,
    (id) => id || "nobody",
    () => h("li"),
    (item, id) => {
      item.className = id ? "tag in" : "tag";
      write(item, id || t("now.nobody"));
    },
  );
  write(small, note);
}
