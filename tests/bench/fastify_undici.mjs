// What a team would write for Node: Fastify with its schemas, and undici's pool of connections.
// PORT, PARTNERS and MODULES (the folder with node_modules) come from the environment. It
// authenticates nobody, verifies no signature, stores and logs nothing.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.MODULES}/`);
const fastify = require("fastify");
const { Pool } = require("undici");

const partners = new Pool(process.env.PARTNERS, { connections: 64 });
const message = { message: "Videochamada atualizada com sucesso!" };
const text = { type: "string", minLength: 1 };
const bool = { type: "boolean" };

function object(properties, required = Object.keys(properties)) {
  return { type: "object", properties, required };
}

async function call(method, path, body) {
  const headers = { authorization: "Basic a2V5", "content-type": "application/json" };
  const asked = { method, path, headers, body: body && JSON.stringify(body) };
  const answer = await partners.request(asked);
  const told = await answer.body.json();
  if (answer.statusCode >= 300) throw new Error(`the partner answered ${answer.statusCode}`);
  return told;
}

function out(referral, meeting, doctor) {
  const path = `/attendance-service/referrals/${referral}/meetings/${meeting}/user`;
  return call("POST", path, { inMeeting: false, userId: doctor });
}

const meeting = object({
  id: text, title: text, preferred_region: text, created_at: text, record_on_start: bool,
  updated_at: text, live_stream_on_start: bool, persist_chat: bool, summarize_on_end: bool,
  status: text,
});
const participant = object({
  id: text, name: text, picture: text, custom_participant_id: text, preset_name: text,
  created_at: text, updated_at: text, token: text,
});

const app = fastify();

const start = { body: object({ titleMeet: text }), response: { 201: object({ data: meeting }) } };
app.post("/api/dyte/meeting", { schema: start }, async (request, reply) => {
  reply.code(201);
  return call("POST", "/v2/meetings", {
    title: request.body.titleMeet, preferred_region: "ap-south-1",
    record_on_start: false, live_stream_on_start: false,
  });
});

const preset = { enum: ["group_call_host", "group_call_participant"] };
const join = {
  body: object({ user: object({ name: text, avatar: text, id: text }), idMeet: text, type_preset: preset }),
  response: { 201: object({ data: participant }) },
};
app.post("/api/dyte/participants", { schema: join }, async (request, reply) => {
  const { user, idMeet, type_preset } = request.body;
  reply.code(201);
  return call("POST", `/v2/meetings/${idMeet}/participants`, {
    custom_participant_id: user.id, name: user.name, picture: user.avatar, preset_name: type_preset,
  });
});

const leave = { body: object({ doctorID: text, referralID: text, meetID: text }) };
app.post("/api/update-doctor-meet", { schema: leave }, async (request) => {
  const { doctorID, referralID, meetID } = request.body;
  await out(referralID, meetID, doctorID);
  return message;
});

const webhook = { body: object({ event: text, meeting: object({ id: text, title: text }), reason: text }) };
app.post("/api/dyte/webhook", { schema: webhook }, async (request) => {
  const { meeting, reason } = request.body;
  if (reason === "ALL_PARTICIPANTS_LEFT") {
    const found = await call("GET", `/attendance-service/referrals/${meeting.title}`);
    const doctors = [found.solicitante.id, found.especialista.id];
    await Promise.all(doctors.map((doctor) => out(meeting.title, meeting.id, doctor)));
  }
  return message;
});

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
