// The people of a rehearsed visit as cards: their badges, and what they can do as buttons.

import * as acts from "./acts.js";
import { newBadge, updateBadge } from "./badge.js";
import { h, set, write } from "./element.js";
import { attempt, tell } from "./news.js";
import { t } from "./texts.js";

/** A button that says why it does nothing while `why()` gives a reason; it keeps its focus. */
export function actButton(key, deed, why) {
  const button = h("button", { type: "button" }, t(key));
  button.addEventListener("click", async () => {
    const reason = why();
    if (reason) return tell(reason);
    if (button.getAttribute("aria-busy")) return;
    set(button, { "aria-busy": "true" });
    await attempt(deed);
    set(button, { "aria-busy": null });
  });
  button.refresh = () => set(button, { "aria-disabled": why() ? "true" : null });
  return button;
}

/** A doctor's card. `stage` has `referral` and the present `meeting`. */
export function newCard(stage) {
  return ({ userId }) => {
    const badge = newBadge();
    const host = h("input", { type: "checkbox" });
    const person = { inside: [] };
    const outside = () =>
      stage.meeting ? person.inside.length && t("need.outside", { who: userId }) : t("need.meeting");
    const inside = () => (person.inside.length ? "" : t("need.inside", { who: userId }));
    const place = () => [stage.referral, stage.meeting, userId];
    const buttons = [
      actButton("act.enter", () => acts.enter(...place(), host.checked), outside),
      actButton("act.tab", () => acts.secondTab(stage.meeting, userId), inside),
      actButton("act.close", () => acts.closeTab(...place(), person.inside.at(-1).peerId), inside),
      actButton("act.drop", () => acts.drop(stage.meeting, userId), inside),
      actButton("act.leave", () => acts.leave(...place()), inside),
    ];
    const [enter, ...others] = buttons;
    enter.className = "main";
    const asHost = h("label", { class: "tick" }, host, t("act.as-host"));
    const rows = [h("div", { class: "row" }, enter, asHost), h("div", { class: "row" }, others)];
    const group = h(
      "div",
      { class: "does", role: "group", "aria-label": t("act.group", { who: userId }) },
      rows,
    );
    const card = h("li", { class: "card" }, badge, group);
    card.show = (one) => {
      if (!("role" in person)) host.checked = one.role === "requester";
      Object.assign(person, { inside: one.inside, role: one.role });
      updateBadge(badge, one);
      for (const button of buttons) button.refresh();
    };
    return card;
  };
}

/** What concerns the whole meeting, and a third guest. */
export function meetingActs(stage) {
  const someone = () => (stage.inside.length ? "" : t("need.anyone"));
  const guestId = h("input", { value: "visitante-1", maxlength: 60, autocomplete: "off" });
  const guest = () => stage.inside.some(({ userId }) => userId === guestId.value.trim());
  const noMeeting = () => (stage.meeting ? "" : t("need.meeting"));
  const guestOut = () => noMeeting() || (guest() ? t("need.outside", { who: guestId.value }) : "");
  const guestIn = () => (guest() ? "" : t("need.inside", { who: guestId.value }));
  const open = actButton(
    "act.open",
    async () => {
      await acts.openMeeting(stage.referral);
      tell(t("done.open"));
    },
    () => "",
  );
  const buttons = [
    open,
    actButton("act.host-ends", () => acts.hostEnds(stage.meeting), someone),
    actButton("act.everyone-leaves", () => acts.everyoneLeaves(stage.meeting), someone),
    actButton("act.guest-enters", () => acts.guestEnters(stage.meeting, guestId.value.trim()), guestOut),
    actButton("act.guest-leaves", () => acts.guestLeaves(stage.meeting, guestId.value.trim()), guestIn),
  ];
  const [first, ends, all, comes, goes] = buttons;
  const label = h("label", { class: "field" }, h("span", {}, t("act.guest-id")), guestId);
  const element = h(
    "div",
    { class: "row acts" },
    h("div", { class: "row", role: "group", "aria-label": t("act.group.meeting") }, first, ends, all),
    h("div", { class: "row", role: "group", "aria-label": t("act.guest") }, label, comes, goes),
  );
  const refresh = () => {
    first.className = stage.meeting ? "" : "main";
    write(first, t(stage.meeting ? "act.open-again" : "act.open"));
    for (const button of buttons) button.refresh();
  };
  return { element, refresh };
}
