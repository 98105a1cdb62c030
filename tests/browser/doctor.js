// A doctor's page, with the calls of docs/frontend.md. SERVICE, TOKEN and DOCTOR stand before it;
// enterCall stands for the provider's SDK.

const REFERRAL = "enc-1001";
const PRESENCE = `${SERVICE}/api/referrals/${REFERRAL}/presence`;
const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };

const DOCTORS = ["dra-ana", "dr-bruno"];
document.body.innerHTML = [...DOCTORS, "status"].map((id) => `<output id="${id}"></output>`).join("");

function post(path, body) {
  return fetch(SERVICE + path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function startMeeting() {
  return (await (await post("/api/dyte/meeting", { titleMeet: REFERRAL })).json()).data.id;
}

async function findMeeting() {
  const { data } = await (await fetch(PRESENCE, { headers })).json();
  return data.meetings.map(({ meetingId, status, users }) => [meetingId, status, users.length]);
}

async function joinMeeting(meetID, type_preset) {
  const user = { id: DOCTOR, name: DOCTOR, avatar: "" };
  const admitted = await post("/api/dyte/participants", { user, idMeet: meetID, type_preset });
  if (!admitted.ok) return [admitted.status, (await admitted.json()).type.split(":").pop()];

  const leaveTicket = admitted.headers.get("X-Leave-Ticket");
  const leaving = { doctorID: DOCTOR, referralID: REFERRAL, meetID, leaveTicket };
  addEventListener("pagehide", () => {
    navigator.sendBeacon(`${SERVICE}/api/update-doctor-meet`, JSON.stringify(leaving));
  });

  const began = Date.now();
  await enterCall(meetID, DOCTOR);
  const path = `/attendance-service/referrals/${REFERRAL}/meetings/${meetID}/user`;
  const reported = await post(path, { inMeeting: true, userId: DOCTOR });
  return [reported.ok, began];
}

async function endMeeting(meeting) {
  const began = Date.now();
  return [(await post(`/api/dyte/meeting/${meeting}/end`, {})).ok, began];
}

function show(id, text) {
  const badge = document.getElementById(id);
  if (badge.textContent === text) return;
  badge.textContent = text;
  badge.dataset.since = Date.now();
}

async function watchPresence() {
  const answer = await fetch(`${PRESENCE}/stream`, { headers });
  let text = "";
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
    const events = (text + part).split("\r\n\r\n");
    text = events.pop();
    for (const event of events) {
      const line = event.split("\r\n").find((field) => field.startsWith("data: "));
      if (line) showPresence(JSON.parse(line.slice("data: ".length)).data);
    }
  }
}

function showPresence({ meetings: [newest] }) {
  for (const doctor of DOCTORS) {
    const inside = newest?.users.some(({ userId, inMeeting }) => userId === doctor && inMeeting);
    show(doctor, inside ? "in" : "out");
  }
  show("status", newest?.status ?? "none");
}

Object.assign(window, { startMeeting, findMeeting, joinMeeting, endMeeting });
watchPresence();
