// The timeline as a table of five columns, newest row on top.

import { delivery, fact, shown, swept, told } from "./describe-ours.js";
import { provider, webhook } from "./describe-theirs.js";
import { apartWords } from "./describe-apart.js";
import { disagreements } from "./disagreements.js";
import { fill, h, write } from "./element.js";
import { newEntry, updateEntry } from "./entry.js";
import { keyed } from "./keyed.js";
import { t } from "./texts.js";
import { serviceNow, time } from "./time.js";
import { COLUMNS, rowsOf } from "./timeline.js";

const SAYS = {
  provider,
  webhook: (entry) => (entry.event && entry.state ? delivery(entry) : webhook(entry)),
  fact,
  shown,
  told,
};
const KEPT = { provider: "provider", webhook: "webhooks", told: "attendance" };

/** The table, and the function that shows a document in it; null shows the ages anew. */
export function timelineTable() {
  const head = h("tr", { role: "row" });
  const body = h("tbody", { role: "rowgroup" });
  const table = h(
    "table",
    { class: "timeline", role: "table", "aria-labelledby": "timeline-title" },
    h("thead", { role: "rowgroup" }, head),
    body,
  );
  let watched = null;
  return {
    element: table,
    show(document) {
      watched = document ?? watched;
      if (!watched) return;
      if (document) fill(head, headings(document.kept));
      const rows = rowsOf(watched);
      place(rows, watched);
      keyed(body, rows.flatMap(withNotes), ({ id }) => id, newItem, updateItem);
    },
  };
}

function headings(kept) {
  const columns = COLUMNS.map((column) => {
    const missing = KEPT[column] && !kept[KEPT[column]];
    const note = missing
      ? h("small", {}, t(column === "webhook" ? "col.stored-only" : "col.not-kept"))
      : null;
    return h("th", { role: "columnheader", scope: "col" }, t(`col.${column}`), note);
  });
  return [h("th", { role: "columnheader", scope: "col" }, t("col.time")), ...columns];
}

/** Gives each row the disagreements that began with it. */
function place(rows, watched) {
  for (const apart of disagreements(watched, serviceNow())) {
    const before = rows.filter((row) => Date.parse(row.at) <= apart.from);
    const row = before[0] ?? rows.at(-1);
    const cure = rows.find(({ fact: facts }) =>
      facts.some(({ kind, at }) => kind === "Roster" && Date.parse(at) === apart.to),
    );
    if (row) (row.apart ??= []).push({ ...apart, swept: cure?.at });
  }
  const owners = new Map();
  for (const { fact: facts } of rows) {
    for (const { kind, says, userId } of facts) if (kind === "PeerJoined") owners.set(says.peer, userId);
  }
  for (const row of rows) row.owners = owners;
}

/** A row, and below it a note for each disagreement that began with it. */
function withNotes(row) {
  const notes = (row.apart ?? []).map((apart) => ({
    id: `${row.id} ${apart.userId} ${apart.with} ${apart.from}`,
    note: apart,
    row,
  }));
  return [row, ...notes];
}

const newItem = (item) => (item.note ? newNote() : newRow());
const updateItem = (element, item) => (item.note ? updateNote(element, item) : updateRow(element, item));

function newNote() {
  return h("tr", { role: "row" }, h("td", { role: "cell", colspan: COLUMNS.length + 1 }));
}

function updateNote(element, { note, row }) {
  element.className = note.to === null ? "note lasting" : "note";
  write(element.firstChild, apartWords(note, row));
}

function newRow() {
  const cells = COLUMNS.map((column) =>
    h("td", { role: "cell", class: column }, h("span", { class: "label", "aria-hidden": "true" }), h("div")),
  );
  return h("tr", { role: "row" }, h("th", { role: "rowheader", scope: "row" }), ...cells);
}

function updateRow(element, row) {
  const [when, ...cells] = element.children;
  if (when.dataset.at !== row.at) fill(when, time(row.at)).dataset.at = row.at;
  const lasting = (row.apart ?? []).some((one) => one.to === null);
  element.className = row.apart ? (lasting ? "apart lasting" : "apart") : row.fact.some(swept) ? "swept" : "";
  COLUMNS.forEach((column, at) => updateCell(cells[at], column, row));
}

function updateCell(cell, column, row) {
  const [label, list] = cell.children;
  write(label, row[column].length ? t(`col.${column}`) : "");
  const entries = row[column].map((entry, at) => {
    const said = SAYS[column](entry, row.owners.get(entry.says?.peer));
    const end = said.until ?? Date.parse(entry.at) + (said.lasted ?? 0);
    return {
      key: entry.id ?? entry.seq ?? `${entry.userId} ${at}`,
      said,
      after: Math.round(end - Date.parse(row.at)),
    };
  });
  keyed(list, entries, (entry) => entry.key, newEntry, updateEntry);
}
