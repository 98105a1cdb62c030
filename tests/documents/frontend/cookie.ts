// The browser's own reader of streams; where nobody is asked for a token, no cookie is needed.

import { Videochamadas } from "./client.ts";

declare const process: { env: Record<string, string> };

const client = new Videochamadas({ service: process.env.SERVICE ?? "" });
const { data } = await client.startMeeting({ titleMeet: "enc-1001" });
const source = client.eventSource("enc-1001", (reply) => {
  console.log(reply.data.meetings.map((one) => one.meetingId === data.id).join());
  source.close();
});
