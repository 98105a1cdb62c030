// A doctor's badge, large enough for a projector: in or out, why, and what each side says.

import { h, set, write } from "./element.js";
import { t } from "./texts.js";
import { age, serviceNow, timeOf } from "./time.js";

const USUAL = 1_000; // milliseconds

/** Who the two doctors are, and their user, provider's connections and status in the newest meeting. */
export function peopleOf(watched) {
  const meeting = current(watched);
  const roles = watched.doctors;
  const ids = [...roles.map(({ userId }) => userId), ...(meeting?.users ?? []).map(({ userId }) => userId)];
  return [...new Set(ids)].map((userId) => ({
    userId,
    role: roles.find((one) => one.userId === userId)?.role ?? "",
    user: meeting?.users.find((one) => one.userId === userId) ?? null,
    inside: (meeting?.provider.inside ?? []).filter((one) => one.userId === userId),
    said: meeting?.provider ?? { source: "nothing" },
  }));
}

/** How the newest meeting is, and which guests are inside, in words. */
export function statusOf(watched) {
  const meeting = current(watched);
  const doctors = new Set(peopleOf(watched).map(({ userId }) => userId));
  const guests = new Set(
    (meeting?.provider.inside ?? []).map(({ userId }) => userId).filter((id) => !doctors.has(id)),
  );
  const also = guests.size ? `; ${t("status.guests", { who: [...guests].join(", ") })}` : "";
  return t(`status.${meeting?.status ?? "none"}`) + also;
}

/** The meeting that is on, else the newest; undefined when there is none. */
export const current = (watched) =>
  watched.meetings.find(({ status }) => status === "live") ?? watched.meetings[0];

export function newBadge() {
  const line = (name) => h("div", { class: name }, h("dt"), h("dd"));
  const since = h("time");
  return h(
    "article",
    { class: "badge" },
    h("h3", {}, h("span", { class: "who" }), " ", h("small")),
    h("p", { class: "state" }),
    h("p", { class: "because" }, h("span"), " ", since),
    h("p", { class: "apart-note tag warn", hidden: true }),
    h("dl", { class: "sides" }, line("provider"), line("shown"), line("told")),
  );
}

export function updateBadge(badge, { userId, role, user, inside, said }) {
  const [name, state, because, note, sides] = badge.children;
  const isIn = user?.inMeeting ?? false;
  const apart = apartSince(user);
  badge.className = `badge ${isIn ? "is-in" : "is-out"} ${apart ? "is-apart" : ""}`;
  set(note, { hidden: apart ? null : "" });
  write(note, apart ? t("now.apart", { age: age(apart) }) : "");
  write(name.firstChild, userId);
  write(name.lastChild, role ? t(role) : "");
  write(state, t(isIn ? "badge.in" : "badge.out"));
  const heard = user && user.because !== "nothing is known";
  write(because.firstChild, heard ? t("badge.because", { because: t(user.because) }) : t("badge.never"));
  const time = because.lastChild;
  set(time, { hidden: !user?.since });
  if (user?.since) write(timeOf(time, user.since), t("badge.since", { time: time.textContent }));
  const connections = inside.length ? connectionsOf(inside.length) : t("out");
  side(
    sides.children[0],
    t("badge.provider") + saidAgo(said),
    connections,
    inside.length > 0,
    said.source === "nothing",
  );
  side(sides.children[1], t("badge.shown"), t(isIn ? "in" : "out"), isIn, false);
  const told = user?.told;
  side(
    sides.children[2],
    t("badge.told"),
    told ? t(told.inMeeting ? "in" : "out") : t("badge.not-told"),
    told?.inMeeting,
    false,
  );
}

/** Since when somebody says otherwise; what lasts less than a second is the usual way of a webhook. */
function apartSince(user) {
  const [since] = (user?.disagrees ?? []).map((one) => one.since).sort();
  return since && serviceNow() - Date.parse(since) >= USUAL ? since : null;
}

/** With a real partner what it said last is some time ago. */
function saidAgo({ source, at }) {
  return source === "twin" || !at ? "" : `, ${t("ago", { age: age(at) })}`;
}

const connectionsOf = (count) =>
  t(count === 1 ? "badge.connections.one" : "badge.connections.many", { count });

function side(element, name, text, isIn, unknown) {
  write(element.firstChild, name);
  write(element.lastChild, unknown ? t("provider.source.nothing") : text);
  element.lastChild.className = isIn ? "yes" : "no";
}
