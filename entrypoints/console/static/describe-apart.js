// What a disagreement says: for how long, who said what, why, and what mended it.

import { t } from "./texts.js";
import { clock, duration, serviceNow } from "./time.js";

/** "They disagreed for 34 s: the provider had dr-bruno out, pages showed in. The webhook was lost. …" */
export function apartWords(apart, row) {
  const { userId, from, to, theirs, ours } = apart;
  const key = `apart.${apart.with}${to === null ? "" : ".was"}`;
  const age = duration((to ?? serviceNow()) - from);
  const said = t(key, { age, who: userId, theirs: t(theirs ? "in" : "out"), ours: t(ours ? "in" : "out") });
  return [said, cause(apart, row), cure(apart)].filter(Boolean).join(" ");
}

function cause(apart, row) {
  if (apart.with === "attendance") {
    return row.told.some(({ answer }) => answer && answer !== "ok") ? t("apart.cause.refused") : "";
  }
  const met = row.webhook.flatMap((webhook) => webhook.met ?? []);
  const fault = ["lost", "forged", "late"].find((one) => met.includes(one));
  return fault ? t(`apart.cause.${fault}`) : "";
}

function cure({ to, swept, with: side }) {
  if (to === null) return side === "provider" ? t("apart.sweeps") : "";
  return swept ? t("apart.swept", { time: clock(swept) }) : "";
}
