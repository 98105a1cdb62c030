// The dialog that asks for an operator's key, once for all calls that wait for it.

import { fill, h } from "./element.js";
import { t } from "./texts.js";

let waiting = null;

/** The key that the person gives, "" when they give none. `refused`: the one before was wrong. */
export function askForKey(refused) {
  waiting ??= shown(refused).finally(() => (waiting = null));
  return waiting;
}

function shown(refused) {
  const field = h("input", {
    type: "password",
    name: "key",
    autocomplete: "off",
    required: true,
    spellcheck: "false",
  });
  const dialog = h("dialog", { "aria-labelledby": "key-title", class: "key" });
  const cancel = h("button", { type: "button", onclick: () => dialog.close() }, t("key.cancel"));
  const form = h(
    "form",
    { onsubmit: (event) => (event.preventDefault(), dialog.close("given")) },
    h("h2", { id: "key-title" }, t("key.title")),
    h("p", { class: "muted" }, t("key.why")),
    refused ? h("p", { role: "alert", class: "tag bad wide" }, t("key.refused")) : null,
    h("label", { class: "field" }, h("span", {}, t("key.field")), field),
    h("div", { class: "row" }, cancel, h("button", { class: "main" }, t("key.give"))),
  );
  const before = document.activeElement;
  fill(dialog, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((given) => {
    dialog.addEventListener("close", () => {
      const key = dialog.returnValue === "given" ? field.value.trim() : "";
      dialog.remove();
      before?.focus?.();
      given(key);
    });
  });
}
