// The steps of the story: what is done, and what has to be seen before it goes on. `seen` gets the
// newest document of the referral.

import { closeTab, drop, enter, leave, openMeeting, putReferral, secondTab } from "./acts.js";
import { current } from "./badge.js";
import { disagreements } from "./disagreements.js";
import { follow } from "./faults.js";
import { duration, serviceNow } from "./time.js";

export const ANA = "dra-ana";
export const BRUNO = "dr-bruno";

/** Each: `{key, act(stage), seen(watched)}`; a stage has `referral`, `meeting` and `watched`. */
export const STEPS = [
  {
    key: "story.begin",
    async act(stage) {
      await follow(new Set());
      await putReferral(stage.referral, ANA, BRUNO);
      stage.choose(stage.referral);
    },
  },
  {
    key: "story.open",
    async act(stage) {
      stage.meeting = await openMeeting(stage.referral);
    },
    seen: (watched) => watched.meetings.length > 0,
  },
  {
    key: "story.ana",
    act: (stage) => enter(stage.referral, stage.meeting, ANA, true),
    seen: shows(ANA, true),
  },
  {
    key: "story.bruno",
    act: (stage) => enter(stage.referral, stage.meeting, BRUNO, false),
    seen: shows(BRUNO, true),
  },
  {
    key: "story.tab",
    async act(stage) {
      stage.tab = (await secondTab(stage.meeting, ANA)).peerId;
    },
    seen: (watched) => userOf(watched, ANA)?.connections === 2,
  },
  {
    key: "story.tab-closed",
    act: (stage) => closeTab(stage.referral, stage.meeting, ANA, stage.tab),
    seen: (watched) => shows(ANA, true)(watched) && userOf(watched, ANA)?.connections === 1,
  },
  { key: "story.lose", act: () => follow(new Set(["lost"])) },
  {
    key: "story.drop",
    act: (stage) => drop(stage.meeting, BRUNO),
    seen: (watched) => connections(watched, BRUNO) === 0,
  },
  { key: "story.sweep", seen: shows(BRUNO, false), waits: true },
  { key: "story.healed", seen: tells(BRUNO, false) },
  {
    key: "story.mend",
    async act(stage) {
      await follow(new Set());
      await leave(stage.referral, stage.meeting, ANA);
    },
    seen: shows(ANA, false),
  },
  { key: "story.end", seen: tells(ANA, false) },
];

/** What the sentences name. */
export function named(watched) {
  const lasted = watched ? disagreements(watched, serviceNow()).filter(({ userId }) => userId === BRUNO) : [];
  const { from, to } = lasted.find((one) => one.with === "provider") ?? {};
  return { ana: ANA, bruno: BRUNO, age: from ? duration((to ?? serviceNow()) - from) : "" };
}

const userOf = (watched, person) => current(watched)?.users.find(({ userId }) => userId === person);

function connections(watched, person) {
  return current(watched)?.provider.inside.filter(({ userId }) => userId === person).length;
}

function shows(person, isIn) {
  return (watched) => (userOf(watched, person)?.inMeeting ?? false) === isIn;
}

function tells(person, isIn) {
  return (watched) => userOf(watched, person)?.told?.inMeeting === isIn;
}
