// The rows of the timeline, out of one document. A row is one happening from left to right: what the
// provider knew, its webhook, the fact, what front ends are shown, what the attendance service was
// told. Pure: no drawing, no clock.

import { withoutRepeats } from "./repeats.js";

export const COLUMNS = ["provider", "webhook", "fact", "shown", "told"];
const MOST_ROWS = 150;
const NEAR = 1_500; // milliseconds from a webhook's arrival to its fact
const QUIET = new Set(["referral", "opened_within", "active_session", "live_pages"]);
/** Questions that change nothing; they are shown when they fail. */
const EVENT_OF = {
  PeerJoined: "meeting.participantJoined",
  PeerLeft: "meeting.participantLeft",
  SessionEnded: "meeting.ended",
};

/** Newest first. Each row: `{id, at, provider, webhook, fact, shown, told}`, lists of entries. */
export function rowsOf(watched) {
  const rows = new Rows();
  for (const entry of withoutRepeats(watched.provider)) {
    if (entry.kind === "asked" && entry.what === "inside" && entry.answer === "ok") continue;
    if (entry.kind === "asked" && QUIET.has(entry.what) && entry.answer === "ok") continue;
    rows.add("provider", `p${entry.id}`, entry, happening(entry.what, entry));
  }
  for (const webhook of watched.webhooks) {
    rows.add("webhook", `w${webhook.id}`, webhook, happening(webhook.event, webhook));
  }
  if (!watched.kept.webhooks) for (const delivery of watched.deliveries) addDelivery(rows, delivery);
  for (const { meetingId, facts } of [...watched.meetings].reverse()) {
    for (const fact of facts) addFact(rows, meetingId, fact);
  }
  for (const entry of withoutRepeats(watched.attendance)) {
    if (entry.what === "set_in_meeting") rows.told(entry);
    else if (entry.answer && entry.answer !== "ok") rows.add("told", `a${entry.id}`, entry, null);
  }
  return rows.newestFirst();
}

/** With a real partner only what was stored is known, not what was sent. */
function addDelivery(rows, delivery) {
  const entry = { ...delivery, at: delivery.received, meetingId: delivery.meeting };
  rows.add("webhook", `d${delivery.id}`, entry, null);
}

function addFact(rows, meetingId, fact) {
  const { kind, says } = fact;
  const key = happening(EVENT_OF[kind], { meetingId, peerId: says.peer, sessionId: says.session });
  const entry = { ...fact, meetingId };
  const row = rows.ofCause(kind, entry) ?? rows.add("fact", `f${meetingId}-${fact.seq}`, entry, key);
  for (const change of fact.changes ?? []) row.shown.push({ ...change, at: fact.at, meetingId });
}

/** What webhook, fact and the provider's own entry of one happening have in common. */
function happening(event, { meetingId, peerId, sessionId }) {
  if (!event?.startsWith("meeting.")) return null;
  const of = event.includes("participant") ? peerId : sessionId;
  return of ? `${event} ${meetingId} ${of}` : null;
}

class Rows {
  #rows = [];
  #byHappening = new Map();

  /** A new row, or the one of the same happening. */
  add(column, id, entry, key) {
    const found = key && this.#byHappening.get(key);
    const row = found ?? { id, at: entry.at, key, provider: [], webhook: [], fact: [], shown: [], told: [] };
    if (!found) {
      this.#rows.push(row);
      if (key) this.#byHappening.set(key, row);
    }
    row[column].push(entry);
    if (entry.at < row.at) row.at = entry.at;
    return row;
  }

  /** The row of what has no id in common with the fact, but came just before it: our asking for
   * a meeting, or a webhook of which only is known that it was stored. */
  ofCause(kind, fact) {
    const row = this.#rows.find(({ provider: [asked], webhook: [stored], fact: facts, at }) => {
      const opened = kind === "MeetingOpened" && asked?.kind === "asked" && asked.what === "open";
      const said = stored?.state && stored.event === EVENT_OF[kind] && stored.meetingId === fact.meetingId;
      return (opened || said) && !facts.length && Math.abs(Date.parse(at) - Date.parse(fact.at)) < NEAR;
    });
    row?.fact.push(fact);
    return row ?? null;
  }

  /** It belongs to the newest row before it that changed what is shown of that person, unless that
   * was told already: then it is told once more, in a row of its own. */
  told(entry) {
    let cause = null;
    for (const row of this.#rows) {
      for (const shown of row.shown) {
        const same = shown.userId === entry.userId && shown.meetingId === entry.meetingId;
        if (same && shown.at <= entry.at && (!cause || shown.at >= cause.at)) cause = { row, at: shown.at };
      }
    }
    const before = cause?.row.told.find((one) => one.userId === entry.userId && one.answer === "ok");
    if (cause && !before) cause.row.told.push(entry);
    else this.add("told", `a${entry.id}`, { ...entry, again: Boolean(before) }, null);
  }

  newestFirst() {
    const order = (one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0);
    return [...this.#rows].reverse().sort(order).slice(0, MOST_ROWS);
  }
}
