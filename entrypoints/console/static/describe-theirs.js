// What an entry of the provider or of its webhooks says: a few words, tags, and why it is so.

import { known, t } from "./texts.js";
import { clock, duration } from "./time.js";

/** `{text, tags: [{text, tone}], why: [sentences]}` of an entry of the provider's column. */
export function provider(entry) {
  const who = entry.userId ?? "";
  if (entry.kind === "happened") {
    return { text: t(`happened.${entry.what}`, { who }), tags: [], why: [t("happened.why")] };
  }
  const text = known(`asked.${entry.what}`, { who }) ?? t("asked.other", { what: entry.what });
  const took = duration(1000 * (entry.seconds ?? 0));
  const failed = entry.answer && entry.answer !== "ok";
  return {
    text,
    tags: failed ? failures(entry) : [],
    why: [t("asked.why", { answer: reason(entry.answer ?? "due"), took })],
  };
}

/** The same of a webhook. */
export function webhook(entry) {
  const text = t(`webhook.${entry.event}`);
  const met = entry.met.map((one) => ({ text: t(`met.${one}`), tone: "warn" }));
  const last = entry.attempts.at(-1);
  const answer = entry.met.includes("lost") ? [] : [answerTag(last)];
  const faults = entry.met.map((one) => t(`webhook.why.${one}`));
  const fine = last?.status === 200 && !entry.met.length ? [t("webhook.why.200")] : [];
  const attempts = entry.attempts.map((attempt, at) =>
    t("webhook.attempt", { n: at + 1, status: statusOf(attempt) }),
  );
  const sent = last ? Date.parse(last.answeredAt ?? last.at) : null;
  return { text, tags: [...met, ...answer], why: [...faults, ...fine, ...attempts], until: sent };
}

function answerTag(attempt) {
  if (!attempt) return { text: t("webhook.sending"), tone: "" };
  const good = attempt.status >= 200 && attempt.status < 300;
  const outcome = attempt.outcome ? ` ${t(`outcome.${attempt.outcome}`)}` : "";
  return { text: `${attempt.status ?? t("webhook.no-answer")}${outcome}`, tone: good ? "" : "bad" };
}

function statusOf({ status, outcome }) {
  const came = outcome ? `, ${t(`outcome.${outcome}`)}` : "";
  return `${status ?? t("webhook.no-answer")}${came}`;
}

/** Why it failed, and how often. */
export function failures({ answer, times, last }) {
  const often = times ? [{ text: t("times", { count: times, time: clock(last) }), tone: "" }] : [];
  return [{ text: reason(answer), tone: "bad" }, ...often];
}

/** A slug in words; "ok" stays. */
export const reason = (slug) => known(`why.${slug}`) ?? slug;
