// What a fact, a shown state or an update of the attendance service says, and why it is so.

import { failures, reason } from "./describe-theirs.js";
import { t } from "./texts.js";
import { duration } from "./time.js";

/** `{text, tags, why}` of a fact. `owner` is whose connection closed, where that is known. */
export function fact(entry, owner) {
  const changes = entry.changes ?? [];
  const came = changes.map((change) => became(change));
  const nothing = entry.changes && !changes.length ? [t("fact.nothing")] : [];
  return {
    text: factText(entry, owner),
    tone: swept(entry) ? "sweep" : "",
    tags: [],
    why: [
      t(`fact.why.${entry.kind}`),
      ...rosterWords(entry),
      ...came,
      ...nothing,
      t("fact.number", { seq: entry.seq }),
    ],
  };
}

/** Whether the sweep brought somebody in or out. */
export const swept = ({ kind, changes }) => kind === "Roster" && Boolean(changes?.length);

function factText({ kind, says, userId, changes }, owner) {
  const who = userId ?? owner ?? "";
  if (kind === "Reported") return t(`fact.Reported.${says.in_meeting ? "in" : "out"}`, { who });
  if (kind === "PeerLeft" && who) return t("fact.PeerLeft.who", { who });
  if (kind === "Roster" && !swept({ kind, changes })) return t("fact.Roster.nothing");
  return t(`fact.${kind}`, { who });
}

function rosterWords({ kind, says }) {
  if (kind !== "Roster") return [];
  const who = [...new Set((says.inside ?? []).map(([, person]) => person))].sort().join(", ");
  return [who ? t("fact.roster.inside", { who }) : t("fact.roster.nobody")];
}

/** "dr-bruno: out, because every connection is closed." */
function became({ userId, inMeeting, because }) {
  return `${userId}: ${t(`shown.because.${inMeeting ? "in" : "out"}`, { because: t(because) })}`;
}

export function shown({ userId, inMeeting, because }) {
  const way = inMeeting ? "in" : "out";
  return {
    text: t(`shown.${way}`, { who: userId }),
    tone: way,
    tags: [],
    why: [t(`shown.because.${way}`, { because: t(because) }), t("shown.why")],
  };
}

/** An update of the attendance service, or a failed reading of the referral. */
export function told(entry) {
  const { what, userId, inMeeting, answer, seconds, again } = entry;
  const way = inMeeting ? "in" : "out";
  const failed = answer && answer !== "ok";
  return {
    text: what === "set_in_meeting" ? t(`told.${way}`, { who: userId }) : t("told.read"),
    tags: failed ? failures(entry) : again ? [{ text: t("told.again"), tone: "" }] : [],
    why: [...(again ? [t("told.why.again")] : []), toldWhy(answer, seconds)],
    lasted: answer ? 1000 * (seconds ?? 0) : 0,
  };
}

function toldWhy(answer, seconds) {
  if (!answer) return t("told.why.none");
  if (answer !== "ok") return t("told.why.failed", { why: reason(answer) });
  return t("told.why.ok", { took: duration(1000 * (seconds ?? 0)) });
}

/** A stored webhook, where what was sent is not kept: `deliveries` of the document. */
export function delivery({ event, state, outcome, why }) {
  const came = outcome ? t(`outcome.${outcome}`) : why ? reason(why) : t(`delivery.${state}`);
  return {
    text: t(`webhook.${event}`),
    tags: [{ text: came, tone: state === "dead" ? "bad" : state === "waiting" ? "warn" : "" }],
    why: [t(`delivery.${state}`), ...(why ? [reason(why)] : [])],
  };
}
