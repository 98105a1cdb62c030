// What happens on the page once the module is through. It stands after it.

interface Referral {
  users: { userId: string; meetingId: string; inMeeting: boolean }[];
}

async function shown(): Promise<boolean | undefined> {
  const answer = await fetch(`${process.env.ATTENDANCE}/sandbox/referrals/${referral}`);
  const { users } = (await answer.json()) as Referral;
  return users.find((user) => user.userId === doctor.id && user.meetingId === meeting)?.inMeeting;
}

const entered = await shown();

page.dispatchEvent(new Event("pagehide"));
const beaconAnswers = (await Promise.all(beacons)).map((answer) => answer.status);
const closed = await shown();

await reportPresence(referral, meeting, { inMeeting: true, userId: doctor.id });
const back = await shown();
await hangUp();
const hungUp = await shown();
page.dispatchEvent(new Event("pagehide"));

const hasToken = token.length > 0;
const sent = beacons.length;
console.log(
  JSON.stringify({ hasToken, waited, entered, closed, beaconAnswers, back, hungUp, sent }),
);
