// The view Play: a referral with its two doctors, what they do, the faults, the story, the timeline.

import { putReferral } from "./acts.js";
import { current, peopleOf, statusOf } from "./badge.js";
import { fill, h, write } from "./element.js";
import { faultsPanel } from "./faults.js";
import { keyed } from "./keyed.js";
import { tell } from "./news.js";
import { chooser } from "./referrals.js";
import { storyTeller } from "./story.js";
import { t } from "./texts.js";
import { meetingActs, newCard } from "./visit.js";
import { watching } from "./watching.js";

export function play(main, { about, signal, state, parameters }) {
  if (!about.twins.attendance) {
    fill(main, h("div", { class: "empty" }, h("strong", {}, t("twins.none")), h("p", {}, t("twins.how"))));
    return;
  }
  const stage = { referral: "", meeting: null, inside: [], watched: null };
  const title = h("h2", { id: "visit-title" });
  const status = h("p", { class: "muted", "aria-live": "polite" });
  const cards = h("ul", { class: "cards" });
  const timeline = h("section", { "aria-labelledby": "timeline-title" });
  const forAll = meetingActs(stage);
  const teller = storyTeller(signal);
  let leaving = new AbortController();

  const each = (watched) => {
    stage.watched = watched;
    const meeting = current(watched);
    stage.meeting = meeting && meeting.status !== "closed" ? meeting.meetingId : null;
    stage.inside = meeting?.provider.inside ?? [];
    write(status, watched.doctors.length ? statusOf(watched) : t("problem.unknown-referral"));
    keyed(
      cards,
      peopleOf(watched),
      (one) => one.userId,
      newCard(stage),
      (card, one) => card.show(one),
    );
    forAll.refresh();
  };
  const choose = (referral) => {
    leaving.abort();
    leaving = new AbortController();
    Object.assign(stage, { referral, meeting: null, inside: [], watched: null });
    fill(cards);
    write(title, referral);
    forAll.refresh();
    select.choose(referral);
    history.replaceState(null, "", `#play?referral=${encodeURIComponent(referral)}`);
    const both = AbortSignal.any([signal, leaving.signal]);
    watching(timeline, referral, { signal: both, state, each, emptyHint: "watch.empty-play" });
  };
  const create = async (id, requester, specialist) => {
    await putReferral(id, requester, specialist);
    tell(t("done.created", { id }));
    choose(id);
  };
  const select = chooser(choose, create);
  const tellStory = () =>
    teller.start({ referral: `visita-${stamp()}`, meeting: null, choose, watched: () => stage.watched });
  const storyButton = h(
    "button",
    { type: "button", class: "main", id: "tell-story", onclick: tellStory },
    t("story.tell"),
  );
  fill(
    main,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("play.title")), h("p", {}, t("play.intro"))),
      h("div", { class: "row" }, select.element, storyButton),
    ),
    teller.panel,
    h(
      "section",
      { class: "visit", "aria-labelledby": "visit-title" },
      h("div", { class: "row" }, title, status),
      cards,
      forAll.element,
    ),
    faultsPanel(signal),
    timeline,
  );
  signal.addEventListener("abort", () => leaving.abort(), { once: true });
  choose(parameters.get("referral") || "enc-1001");
}

const stamp = () => new Date().toTimeString().slice(0, 8).replaceAll(":", "");
