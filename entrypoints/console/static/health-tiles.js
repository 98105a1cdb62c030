// What works and what does not, as tiles.

import { h } from "./element.js";
import { known, t } from "./texts.js";
import { age, time } from "./time.js";

/** The tiles of a document of the view Health. */
export const tiles = (health) => tilesOf(health).map(tile);

/** `[key, text, tone]` of each tile. */
function tilesOf({
  ready,
  breaker,
  partners,
  twins,
  lastWebhook,
  webhooksStopped,
  registration,
  queues,
  ...versions
}) {
  const ages = lastWebhook && t("provider.source.webhooks", { age: age(lastWebhook.received) });
  const partner = (name) => [
    `health.partner.${name}`,
    `${t(partners[name].unavailable ? "health.unavailable" : "health.answers")}${twins[name] ? `, ${t("health.twin")}` : ""}`,
    partners[name].unavailable ? "bad" : "",
  ];
  const failing = breaker.failing ? `, ${t("health.breaker.failing", { count: breaker.failing })}` : "";
  return [
    ["health.ready", t(`health.ready.${ready}`), ready === "ready" ? "" : "bad"],
    partner("video"),
    partner("attendance"),
    [
      "health.breaker",
      t(`health.breaker.${breaker.open ? "open" : "closed"}`) + failing,
      breaker.open ? "bad" : "",
    ],
    [
      "health.webhook",
      webhooksStopped ? t("health.webhook.stopped") : (ages ?? t("health.webhook.none")),
      webhooksStopped ? "bad" : "",
      lastWebhook,
    ],
    [
      "health.registration",
      known(`health.registration.${registration}`) ?? registration,
      registration === "unregistered" ? "bad" : "",
    ],
    ...(queues
      ? [["health.dead", t("health.dead.are", queues), queues.dead + queues.refused ? "warn" : ""]]
      : []),
    ["health.versions", t("health.versions.are", versions), ""],
  ];
}

function tile([key, text, tone, webhook]) {
  const more =
    webhook &&
    h(
      "dd",
      { class: "small muted" },
      known(`webhook.${webhook.event}`) ?? webhook.event,
      ", ",
      time(webhook.received),
    );
  return h("div", { class: `tile ${tone}` }, h("dt", {}, t(key)), h("dd", {}, text), more);
}
