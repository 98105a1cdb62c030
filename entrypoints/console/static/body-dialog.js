// The masked body of a stored webhook, in a dialog.

import { h } from "./element.js";
import { delivery } from "./operations.js";
import { t } from "./texts.js";

/** Throws a Problem when it cannot be read. */
export async function showBody(id) {
  const { body } = await delivery(id);
  const text =
    body === null ? t("waiting.no-body") : typeof body === "string" ? body : JSON.stringify(body, null, 2);
  const dialog = h(
    "dialog",
    { class: "body", "aria-labelledby": "body-title" },
    h("h2", { id: "body-title" }, t("waiting.body-title", { id })),
    h("pre", { tabindex: "0" }, h("code", {}, text)),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "main", onclick: () => dialog.close() }, t("close")),
    ),
  );
  const before = document.activeElement;
  dialog.addEventListener("close", () => (dialog.remove(), before?.focus?.()));
  document.body.append(dialog);
  dialog.showModal();
}
