// What people do in a rehearsed visit: calls of a front end, and of the provider's twin.

import { call, post, put } from "./call.js";

const tickets = new Map(); // leave tickets, as a doctor's page has them
const of = (meeting, person) => `${meeting} ${person}`;
const atProvider = (meeting, what, body) =>
  post(`/sandbox/calls/${encodeURIComponent(meeting)}/${what}`, body);

export async function putReferral(id, requester, specialist) {
  const especialista = specialist ? { id: specialist } : null;
  await put(`/sandbox/referrals/${encodeURIComponent(id)}`, { solicitante: { id: requester }, especialista });
}

export async function openMeeting(referral) {
  return (await post("/api/dyte/meeting", { titleMeet: referral })).data.id;
}

async function admit(meeting, person, host) {
  const user = { id: person, name: person, avatar: "" };
  const preset = host ? "group_call_host" : "group_call_participant";
  const { headers } = await call("POST", "/api/dyte/participants", {
    user,
    idMeet: meeting,
    type_preset: preset,
  });
  tickets.set(of(meeting, person), headers.get("X-Leave-Ticket"));
}

/** As a doctor's page does: admitted, connected, reported. */
export async function enter(referral, meeting, person, host) {
  await admit(meeting, person, host);
  await atProvider(meeting, "join", { userId: person });
  const path = `/attendance-service/referrals/${encodeURIComponent(referral)}/meetings/${encodeURIComponent(meeting)}/user`;
  await post(path, { inMeeting: true, userId: person });
}

/** Somebody whose flag nobody keeps: admitted and connected. */
export async function guestEnters(meeting, person) {
  await admit(meeting, person, false);
  await atProvider(meeting, "join", { userId: person });
}

export const secondTab = (meeting, person) => atProvider(meeting, "join", { userId: person });
export const drop = (meeting, person) => atProvider(meeting, "drop", { userId: person });
export const hostEnds = (meeting) => atProvider(meeting, "host-ends");
export const everyoneLeaves = (meeting) => atProvider(meeting, "everyone-leaves");
export const guestLeaves = (meeting, person) => atProvider(meeting, "leave", { userId: person });

/** The page is gone: its beacon leaves, and the provider notices one connection less. */
export async function closeTab(referral, meeting, person, peer) {
  navigator.sendBeacon("/api/update-doctor-meet", JSON.stringify(leaving(referral, meeting, person)));
  await atProvider(meeting, "leave", { userId: person, peerId: peer });
}

/** The button of the page: all tabs. */
export async function leave(referral, meeting, person) {
  await post("/api/update-doctor-meet", { ...leaving(referral, meeting, person), leaveTicket: null });
  await atProvider(meeting, "leave", { userId: person });
}

function leaving(referral, meeting, person) {
  const leaveTicket = tickets.get(of(meeting, person)) ?? null;
  return { doctorID: person, referralID: referral, meetID: meeting, leaveTicket };
}
