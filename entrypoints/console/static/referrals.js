// Chooses the referral of a rehearsed visit, or makes a new one.

import { h, set } from "./element.js";
import { attempt } from "./news.js";
import { t } from "./texts.js";

const SAMPLES = ["enc-1001", "enc-1002", "enc-1003"];

/** `element`, and `choose(referral)` that shows which one is chosen. */
export function chooser(chosen, create) {
  const select = h("select", { id: "referral" }, SAMPLES.map(option));
  select.append(h("option", { value: "" }, t("play.other")));
  const field = (key, value, required) =>
    h(
      "label",
      { class: "field" },
      h("span", {}, t(key)),
      h("input", { value, required, maxlength: 100, autocomplete: "off" }),
    );
  const fields = [
    field("play.new.id", "enc-2001", true),
    field("play.new.requester", "dra-ana", true),
    field("play.new.specialist", "dr-bruno", false),
  ];
  const form = h(
    "form",
    { class: "row", "aria-label": t("play.new"), hidden: true },
    fields,
    h("button", { class: "main" }, t("play.new.create")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => create(...fields.map((label) => label.querySelector("input").value.trim())));
  });
  select.addEventListener("change", () => {
    set(form, { hidden: select.value ? "" : null });
    if (select.value) chosen(select.value);
    else form.querySelector("input").focus();
  });
  return {
    element: h(
      "div",
      { class: "row" },
      h("label", { class: "field" }, h("span", {}, t("referral")), select),
      form,
    ),
    choose(referral) {
      if (![...select.options].some(({ value }) => value === referral)) select.prepend(option(referral));
      select.value = referral;
      set(form, { hidden: "" });
    },
  };
}

const option = (id) => h("option", { value: id }, id);
