// What is done to the selected webhooks: retry, or discard with a reason.

import { h, write } from "./element.js";
import { attempt, tell } from "./news.js";
import { discard, retry, retryAll } from "./operations.js";
import { plural, t } from "./texts.js";

/** The bar of buttons. `selected` is a set of numbers, `stateOf` a map; `after` is called when done,
 * and unselects them. */
export function selectionBar(selected, stateOf, after) {
  const count = h("span", { "aria-live": "polite" });
  const why = h("input", { maxlength: 255, autocomplete: "off" });
  const done = async (key, deed) => {
    const ids = [...selected];
    await attempt(async () => tell(t(key, { done: await deed(ids), all: ids.length })));
    after();
  };
  const retrySelected = () => {
    if (!selected.size) return tell(t("waiting.select-first"));
    if ([...selected].some((id) => stateOf.get(id) !== "dead")) return tell(t("waiting.dead-only"));
    return done("waiting.retried", retry);
  };
  const discardSelected = () => {
    if (!selected.size) return tell(t("waiting.select-first"));
    if (!why.value.trim()) {
      why.focus();
      return tell(t("waiting.reason-needed"));
    }
    return done("waiting.discarded", (ids) => discard(ids, why.value.trim()));
  };
  const everything = () =>
    attempt(async () => {
      const all = await retryAll();
      tell(t("waiting.retried", { done: all, all }));
      after();
    });
  const button = (key, onclick) => h("button", { type: "button", onclick }, t(key));
  const element = h(
    "div",
    { class: "row selection", role: "group", "aria-label": t("waiting.deliveries") },
    count,
    button("waiting.retry", retrySelected),
    h("label", { class: "field" }, h("span", {}, t("waiting.reason")), why),
    button("waiting.discard", discardSelected),
    h("button", { type: "button", class: "last", onclick: everything }, t("waiting.retry-all")),
  );
  return { element, refresh: () => write(count, plural("waiting.selected", selected.size)) };
}
