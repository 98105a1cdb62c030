// What happens on the page once the module is through. It stands after it.

interface Referral {
  users: { userId: string; meetingId: string; inMeeting: boolean }[];
}

async function shown(): Promise<boolean | undefined> {
  const answer = await fetch(`${process.env.ATTENDANCE}/sandbox/referrals/${referral}`);
  const { users } = (await answer.json()) as Referral;
  return users.find((user) => user.userId === doctor.id && user.meetingId === meeting)?.inMeeting;
}

// Another page of the referral watches.
const watching = new AbortController();
const told: (boolean | undefined)[] = [];
let news = () => {};
const watched = watchPresence(
  referral,
  ({ data }) => {
    told.push(data.meetings[0].users.find((user) => user.userId === doctor.id)?.inMeeting);
    news();
  },
  watching.signal,
);
await new Promise<void>((resume) => (news = resume));

const entered = await shown();

page.dispatchEvent(new Event("pagehide"));
const beaconAnswers = (await Promise.all(beacons)).map((answer) => answer.status);
const closed = await shown();

await reportPresence(referral, meeting, { inMeeting: true, userId: doctor.id });
const back = await shown();
await hangUp();
const hungUp = await shown();
page.dispatchEvent(new Event("pagehide"));

while (told.at(-1)) await new Promise<void>((resume) => (news = resume));
watching.abort();
await watched;
const seen = (await seePresence(referral)).data.meetings[0];
const live = [told[0], told.at(-1), seen.meetingId === meeting, seen.status];

const hasToken = token.length > 0;
const sent = beacons.length;
console.log(
  JSON.stringify({ hasToken, waited, entered, closed, beaconAnswers, back, hungUp, sent, live }),
);
