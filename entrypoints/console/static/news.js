// Short messages in the corner, read out by screen readers: what was done, and what went wrong.

import { h } from "./element.js";
import { t } from "./texts.js";
import { Problem } from "./problem.js";

const MOST = 3;
const STAYS = 6_000; // milliseconds; what went wrong stays until it is closed

const place = () => document.getElementById("news");

export function tell(text) {
  const shown = add(h("p", {}, h("span", {}, text)));
  setTimeout(() => shown.remove(), STAYS);
}

export function tellProblem(error) {
  if (!(error instanceof Problem)) console.error(error);
  const text = error instanceof Problem ? error.words : t("problem.page");
  const close = h("button", { type: "button", class: "quiet", onclick: () => shown.remove() }, t("close"));
  const shown = add(h("p", { class: "bad" }, h("span", {}, text), close));
}

/** Runs what a button does; a failure is told, and true says that there was none. */
export async function attempt(deed) {
  try {
    await deed();
    return true;
  } catch (error) {
    tellProblem(error);
    return false;
  }
}

function add(element) {
  while (place().children.length >= MOST) place().firstElementChild.remove();
  place().append(element);
  return element;
}
