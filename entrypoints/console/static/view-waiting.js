// The view Waiting: what waits or was given up, why, and what an operator may do about it.

import { showBody } from "./body-dialog.js";
import { fill, h, set } from "./element.js";
import { attempt, tellProblem } from "./news.js";
import { closings, deliveries, updates } from "./operations.js";
import { selectionBar } from "./selection.js";
import { stream } from "./stream.js";
import { t } from "./texts.js";
import { setClock } from "./time.js";
import { closingsTable, deliveriesTable, updatesTable } from "./waiting-tables.js";

const APART = 1_000; // milliseconds between two readings of the lists

export function waiting(main, { about, signal, state }) {
  const selected = new Set();
  const states = new Map();
  const filter = { state: "open", referral: "" };
  const tables = {
    deliveries: deliveriesTable(
      selected,
      () => bar.refresh(),
      (id) => attempt(() => showBody(id)),
    ),
    updates: updatesTable(),
    closings: closingsTable(),
  };
  const bar = selectionBar(selected, states, () => (tables.deliveries.unselect(), read()));
  const sections = Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, section(name, table, name === "deliveries" && bar)]),
  );
  const empty = h("div", { class: "empty", hidden: true }, h("strong"), h("p"));
  const show = (lists) => {
    states.clear();
    for (const { id, state: is } of lists.deliveries) states.set(id, is);
    for (const id of selected) if (!states.has(id)) selected.delete(id);
    for (const [name, items] of Object.entries(lists)) {
      tables[name].show(items);
      set(sections[name], { hidden: items.length ? null : "" });
    }
    const nothing = Object.values(lists).every((items) => !items.length);
    const filtered = filter.referral || filter.state !== "open";
    set(empty, { hidden: nothing ? null : "" });
    fill(
      empty,
      h("strong", {}, t(filtered ? "waiting.empty-filter" : "waiting.empty")),
      filtered ? null : h("p", {}, t(about.twins.video ? "waiting.empty-hint" : "waiting.empty-real")),
    );
    bar.refresh();
  };
  const read = throttled(async () => {
    try {
      const [first, second, third] = await Promise.all([
        deliveries(filter),
        updates(filter),
        closings(filter),
      ]);
      if (!signal.aborted) show({ deliveries: first, updates: second, closings: third });
    } catch (error) {
      if (!signal.aborted) tellProblem(error);
    }
  });
  fill(
    main,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("waiting.title")), h("p", {}, t("waiting.intro"))),
      filterForm(filter, read),
    ),
    empty,
    Object.values(sections),
  );
  const told = (document) => (setClock(document.at), read());
  attempt(() => stream("/console/views/waiting", { signal, show: told, state }));
}

function section(name, table, bar) {
  return h(
    "section",
    { hidden: true, "aria-labelledby": `${name}-title` },
    h("h2", { id: `${name}-title` }, t(`waiting.${name}`)),
    bar ? bar.element : null,
    h("div", { class: "panel flush" }, table.element),
  );
}

function filterForm(filter, read) {
  const select = h(
    "select",
    { onchange: () => ((filter.state = select.value), read()) },
    ["open", "waiting", "dead", "done"].map((one) => h("option", { value: one }, t(`waiting.state.${one}`))),
  );
  const referral = h("input", { autocomplete: "off", maxlength: 255 });
  const submit = (event) => (event.preventDefault(), (filter.referral = referral.value.trim()), read());
  return h(
    "form",
    { class: "row", role: "search", "aria-label": t("waiting.filter"), onsubmit: submit },
    h("label", { class: "field" }, h("span", {}, t("waiting.state")), select),
    h("label", { class: "field" }, h("span", {}, t("waiting.referral")), referral),
    h("button", {}, t("waiting.filter")),
  );
}

/** At most once in a while, and once more after the last call. */
function throttled(deed) {
  let timer = 0;
  let last = 0;
  return () => {
    clearTimeout(timer);
    const wait = Math.max(0, last + APART - performance.now());
    timer = setTimeout(() => ((last = performance.now()), deed()), wait);
  };
}
