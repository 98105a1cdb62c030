// When two columns said different things of somebody, and for how long. Pure.

const LOGGED = 200; // entries of a log that is told; a longer one began before
const LOOKED_AT = 60; // facts of which the service says what they changed
const SHORTEST = 1_000; // milliseconds; less is the usual way of a webhook

/**
 * `[{userId, meetingId, with, from, to, theirs, ours}]`, in the order they began. `to` is null while
 * it lasts. `theirs` is what the provider has or the attendance service was told, `ours` what front
 * ends were shown. Times are milliseconds.
 */
export function disagreements(watched, now) {
  const found = watched.meetings.flatMap((meeting) => ofMeeting(watched, meeting, now));
  return found.sort((one, other) => one.from - other.from);
}

function ofMeeting(watched, meeting, now) {
  const { meetingId } = meeting;
  return meeting.users.flatMap((user) => {
    const shown = shownTo(meeting, user);
    const sides = [];
    if (watched.kept.provider) sides.push(["provider", connected(watched, meeting, user)]);
    if (watched.kept.attendance) sides.push(["attendance", told(watched, meeting, user)]);
    const exact = sides.flatMap(([side, theirs]) =>
      apart(theirs, shown, now).map((one) => ({ ...one, userId: user.userId, meetingId, with: side })),
    );
    const known = new Set(sides.map(([side]) => side));
    return [...exact, ...saidByService(user, meetingId, known)];
  });
}

/** Where no log is kept, the service's own word for what lasts. */
function saidByService(user, meetingId, known) {
  return user.disagrees
    .filter((one) => !known.has(one.with) && one.since)
    .map((one) => ({
      userId: user.userId,
      meetingId,
      with: one.with,
      from: Date.parse(one.since),
      to: null,
      theirs: !user.inMeeting,
      ours: user.inMeeting,
    }));
}

/** What a side said of somebody: `steps` are [milliseconds, state] in order, `first` is the state
 * before them. What is older than the log is taken from the first step: it was a change. */
function history(steps, complete, now) {
  if (complete) return { first: false, steps };
  return { first: steps.length ? !steps[0][1] : now, steps };
}

/** Whether a connection of the person was open. */
function connected(watched, { meetingId, provider }, { userId }) {
  const open = new Set();
  const steps = [];
  for (const entry of watched.provider) {
    if (entry.kind !== "happened" || entry.meetingId !== meetingId) continue;
    if (entry.what === "meeting.ended") open.clear();
    else if (entry.userId !== userId) continue;
    else if (entry.what === "meeting.participantJoined") open.add(entry.peerId);
    else if (entry.what === "meeting.participantLeft") open.delete(entry.peerId);
    steps.push([Date.parse(entry.at), open.size > 0]);
  }
  const inside = provider.inside.some((one) => one.userId === userId);
  return history(steps, watched.provider.length < LOGGED, inside);
}

function shownTo({ facts }, { userId, inMeeting }) {
  const steps = facts.flatMap(({ at, changes }) =>
    changes.filter((change) => change.userId === userId).map((change) => [Date.parse(at), change.inMeeting]),
  );
  return history(steps, facts.length < LOOKED_AT, inMeeting);
}

function told(watched, { meetingId }, user) {
  const steps = watched.attendance
    .filter((one) => one.what === "set_in_meeting" && one.answer === "ok")
    .filter((one) => one.meetingId === meetingId && one.userId === user.userId)
    .map((one) => [Date.parse(one.at), one.inMeeting]);
  return history(steps, watched.attendance.length < LOGGED, user.told?.inMeeting ?? false);
}

/** The stretches in which two histories differ. */
function apart(theirs, ours, now) {
  const moments = [
    ...theirs.steps.map((step) => [...step, "theirs"]),
    ...ours.steps.map((step) => [...step, "ours"]),
  ];
  moments.sort((one, other) => one[0] - other[0]);
  const state = { theirs: theirs.first, ours: ours.first };
  const found = [];
  let open = null;
  for (const [at, value, side] of moments) {
    state[side] = value;
    const differ = state.theirs !== state.ours;
    if (differ && !open) open = { from: at, to: null, ...state };
    if (!differ && open) {
      found.push({ ...open, to: at });
      open = null;
    }
  }
  if (open) found.push(open);
  return found.filter(({ from, to }) => (to ?? now) - from >= SHORTEST);
}
