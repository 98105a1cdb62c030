// The view Health: what works and what does not, the queues of the last 15 minutes, the settings.

import { fill, h } from "./element.js";
import { feed, SPAN } from "./health-feed.js";
import { line } from "./line.js";
import { known, t } from "./texts.js";
import { age, duration, number, serviceNow, time } from "./time.js";

const QUEUES = ["deliveries", "updates", "closings", "unconnected"];
const TICK = 5_000; // milliseconds; the line moves on while nothing changes

export function health(main, { signal, state }) {
  const tiles = h("dl", { class: "tiles" });
  const rows = h("tbody");
  const settings = h("tbody");
  const column = (key) => h("th", { scope: "col" }, t(key));
  fill(
    main,
    h("div", { class: "head" }, h("div", {}, h("h1", {}, t("health.title")), h("p", {}, t("health.intro")))),
    tiles,
    h("section", { class: "panel", "aria-labelledby": "queues-title" },
      h("div", { class: "head" }, h("h2", { id: "queues-title" }, t("health.queues")), h("p", { class: "small" }, t("health.queues.seen"))),
      h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": t("health.queue") },
        h("table", { class: "plain" }, h("thead", {}, h("tr", {}, ["health.queue", "health.depth", "health.oldest"].map(column))), rows))),
    h("details", { class: "panel" },
      h("summary", {}, h("h2", {}, t("health.settings"))),
      h("table", { class: "plain settings" }, h("thead", {}, h("tr", {}, ["health.setting", "health.value"].map(column))), settings)),
  );
  const show = () => {
    const { newest } = feed;
    state(feed.state);
    if (!newest) return;
    fill(tiles, tilesOf(newest).map(tile));
    if (newest.queues) fill(rows, QUEUES.map((name) => queueRow(name, newest.queues[name])));
    if (!settings.children.length) fill(settings, Object.entries(newest.settings).map(settingRow));
  };
  addEventListener("health", show, { signal });
  const ticking = setInterval(show, TICK);
  signal.addEventListener("abort", () => clearInterval(ticking), { once: true });
  show();
}

/** `[key, text, tone]` of each tile. */
function tilesOf({ ready, breaker, partners, twins, lastWebhook, webhooksStopped, registration, queues, ...versions }) {
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
    ["health.breaker", t(`health.breaker.${breaker.open ? "open" : "closed"}`) + failing, breaker.open ? "bad" : ""],
    ["health.webhook", webhooksStopped ? t("health.webhook.stopped") : (ages ?? t("health.webhook.none")), webhooksStopped ? "bad" : "", lastWebhook],
    ["health.registration", known(`health.registration.${registration}`) ?? registration, registration === "unregistered" ? "bad" : ""],
    ...(queues ? [["health.dead", t("health.dead.are", queues), queues.dead + queues.refused ? "warn" : ""]] : []),
    ["health.versions", t("health.versions.are", versions), ""],
  ];
}

function tile([key, text, tone, webhook]) {
  const more = webhook && h("dd", { class: "small muted" }, known(`webhook.${webhook.event}`) ?? webhook.event, ", ", time(webhook.received));
  return h("div", { class: `tile ${tone}` }, h("dt", {}, t(key)), h("dd", {}, text), more);
}

function queueRow(name, queue) {
  const what = t(`health.queue.${name}`);
  const points = (read) => feed.samples.map(({ at, queues }) => [(serviceNow() - at) / 1000, read(queues[name])]);
  const counts = points(({ count }) => count);
  const ages = points(({ oldestSeconds }) => oldestSeconds);
  const values = counts.map(([, value]) => value);
  const label = t("health.line.depth", { what, least: Math.min(...values), most: Math.max(...values), now: queue.count });
  const most = duration(1000 * Math.max(...ages.map(([, value]) => value)));
  return h("tr", {},
    h("th", { scope: "row" }, what),
    h("td", {}, h("span", { class: "figure" }, number(queue.count)), line(counts, SPAN, label)),
    h("td", {}, h("span", { class: "figure" }, queue.count ? duration(1000 * queue.oldestSeconds) : "–"), line(ages, SPAN, t("health.line.oldest", { most }))));
}

function settingRow([name, value]) {
  return h("tr", {}, h("th", { scope: "row" }, h("code", {}, name)), h("td", {}, value == null || value === "" ? h("span", { class: "muted" }, t("health.unset")) : h("code", {}, String(value))));
}
