// What two doctors do, each on a page of docs/frontend.md in a browser of its own, and what they see.

import * as anasBrowser from "./ana/browser.ts";
import { Videochamadas } from "./ana/client.ts";
import { login } from "./ana/login.ts";
import * as anasPage from "./ana/page.ts";
import * as anasView from "./ana/view.ts";
import * as brunosBrowser from "./bruno/browser.ts";
import * as brunosPage from "./bruno/page.ts";
import * as brunosView from "./bruno/view.ts";

declare const process: { env: Record<string, string> };
const { SERVICE = "", PROVIDER = "" } = process.env;

const client = new Videochamadas({
  service: SERVICE,
  authorization: () => `Bearer ${login.token}`,
});
const badge = (view: { badges: string[][] }) => view.badges.at(-1)?.join();
const anaSees = (doctors: string) => anasView.until(() => badge(anasView) === doctors);
const brunoSees = (doctors: string) => brunosView.until(() => badge(brunosView) === doctors);
const streams = () => anasBrowser.calls.filter((call) => call.path.endsWith("/stream"));

const watching = [anasPage.pressed(anasPage.watch), brunosPage.pressed(brunosPage.watch)];
await Promise.all([anaSees(""), brunoSees("")]);

// The first answer to her start is lost, the second is a proxy's that waited for too long.
anasBrowser.trouble.push(undefined, new Response("", { status: 504 }));
await anasPage.pressed(anasPage.enter);
await brunoSees("dra-ana");

// The provider is overloaded, and says until when.
const overloaded = JSON.stringify({ api: { too_many_requests: 1 } });
await fetch(`${PROVIDER}/sandbox/faults`, { method: "PUT", body: overloaded });
await brunosPage.pressed(brunosPage.enter);
await anaSees("dr-bruno");

const both = await client.seePresence("enc-1001");
const unchanged = (await client.seePresence("enc-1001")) === both;
const [met] = both.data.meetings;

brunosBrowser.tab.dispatchEvent(new Event("pagehide"));
await anaSees("");
brunosBrowser.comeBack();
await anaSees("dr-bruno");

// Her stream comes back, and does not repeat what she has seen.
anasBrowser.cutStreams();
while (streams().length < 2) await new Promise((resume) => setTimeout(resume));
const before = anasView.badges.length;
brunosBrowser.trouble.push(new Response("", { status: 409, headers: { "Retry-After": "2" } }));
await brunosPage.pressed(brunosPage.hangUp);
await anaSees("");
const sinceThen = anasView.badges.slice(before);
brunosBrowser.tab.dispatchEvent(new Event("pagehide"));
await brunosPage.pressed(brunosPage.enter);
await anaSees("dr-bruno");

await anasPage.pressed(anasPage.end);
await anaSees("");
await brunoSees("");
await Promise.all([anasView, brunosView].map((view) => view.until(() => view.hasEnded)));

const closed = { idMeet: met!.meetingId, user: login.user, type_preset: login.preset };
await anasPage.pressed(async () => void (await client.joinMeeting(closed)));
await anasPage.pressed(async () => void (await client.startMeeting({ titleMeet: " " })));
await anasPage.pressed(anasPage.enter);
await brunoSees("dra-ana");
const meetings = (await client.seePresence("enc-1001")).data.meetings.map((one) => one.status);

for (const page of [anasPage, brunosPage]) page.away.abort();
await Promise.all(watching);

const starts = anasBrowser.calls.filter((call) => call.key).slice(0, 3);
const [first, again] = streams();
console.log(
  JSON.stringify({
    keys: new Set(starts.map((call) => call.key)).size,
    statuses: starts.map((call) => call.status),
    users: met!.users.map((user) => user.inMeeting),
    meetings,
    unchanged,
    sinceThen,
    streams: [first!.last === "", again!.last !== ""],
    tokens: [anasView.tokens.length, brunosView.tokens.length],
    waited: [anasBrowser.waited, brunosBrowser.waited],
    beacons: (await Promise.all(brunosBrowser.beacons)).map((answer) => answer.status),
    said: [anasView.said, brunosView.said],
    called: [...anasBrowser.calls, ...brunosBrowser.calls]
      .filter((call) => call.status < 400)
      .map((call) => `${call.method} ${call.path}`),
  }),
);
