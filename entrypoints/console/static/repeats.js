// What was asked in vain, again and again, is one entry that says how often. Pure.

/** The entries in the same order; each that failed as the one before it of its kind is left out, and
 * counts as `times` of that one, whose `last` is when it was tried last. */
export function withoutRepeats(entries) {
  const newest = new Map();
  const kept = [];
  for (const entry of entries) {
    const kind = kindOf(entry);
    const before = newest.get(kind);
    if (entry.kind === "asked" && failed(entry) && before?.answer === entry.answer) {
      Object.assign(before, { times: (before.times ?? 1) + 1, last: entry.at });
      continue;
    }
    const own = { ...entry };
    newest.set(kind, own);
    kept.push(own);
  }
  return kept;
}

const failed = ({ answer }) => Boolean(answer) && answer !== "ok";

function kindOf({ what, meetingId, userId, inMeeting }) {
  return JSON.stringify(what === "set_in_meeting" ? [what, meetingId, userId, inMeeting] : [what, meetingId]);
}
