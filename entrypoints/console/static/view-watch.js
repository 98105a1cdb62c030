// The view Watch: a referral that is chosen, the badges of its doctors, and its timeline.

import { newBadge, peopleOf, statusOf, updateBadge } from "./badge.js";
import { fill, h, write } from "./element.js";
import { keyed } from "./keyed.js";
import { t } from "./texts.js";
import { watching } from "./watching.js";

export function watchView(main, { about, signal, state, parameters }) {
  const referral = parameters.get("referral") ?? "";
  const field = h("input", {
    name: "referral",
    value: referral,
    autocomplete: "off",
    required: true,
    maxlength: 255,
  });
  const choose = (event) => {
    event.preventDefault();
    location.hash = `#watch?referral=${encodeURIComponent(field.value.trim())}`;
  };
  const form = h(
    "form",
    { class: "row", role: "search", onsubmit: choose },
    h("label", { class: "field" }, h("span", {}, t("watch.choose")), field),
    h("button", { class: referral ? "" : "main" }, t("watch.show")),
  );
  const status = h("p", { class: "muted", "aria-live": "polite" });
  const title = h("div", { class: "row" }, h("h2", {}, referral), status);
  const badges = h("div", { class: "badges" });
  const timeline = h("section", { "aria-labelledby": "timeline-title" });
  fill(
    main,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("watch.title")), h("p", {}, t("watch.intro"))),
      form,
    ),
  );
  if (!referral) {
    main.append(
      h("div", { class: "empty" }, h("strong", {}, t("watch.none")), h("p", {}, t("watch.none-hint"))),
    );
    return;
  }
  main.append(title, badges, timeline);
  const each = (watched) => {
    write(status, statusOf(watched));
    keyed(badges, peopleOf(watched), (one) => one.userId, newBadge, updateBadge);
  };
  const emptyHint = about.twins.video ? "watch.empty-play" : "watch.empty-real";
  watching(timeline, referral, { signal, state, each, emptyHint });
}
