// A queue in a row: how many wait, since when, and both as a small line of the last 15 minutes.

import { h } from "./element.js";
import { feed, SPAN } from "./health-feed.js";
import { line } from "./line.js";
import { t } from "./texts.js";
import { duration, number, serviceNow } from "./time.js";

export const QUEUES = ["deliveries", "updates", "closings", "unconnected"];

export function queueRow(name, queue) {
  const what = t(`health.queue.${name}`);
  const points = (read) =>
    feed.samples.map(({ at, queues }) => [(serviceNow() - at) / 1000, read(queues[name])]);
  const counts = points(({ count }) => count);
  const ages = points(({ oldestSeconds }) => oldestSeconds);
  const values = counts.map(([, value]) => value);
  const label = t("health.line.depth", {
    what,
    least: Math.min(...values),
    most: Math.max(...values),
    now: queue.count,
  });
  const most = duration(1000 * Math.max(...ages.map(([, value]) => value)));
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, what),
    h("td", {}, h("span", { class: "figure" }, number(queue.count)), line(counts, SPAN, label)),
    h(
      "td",
      {},
      h("span", { class: "figure" }, queue.count ? duration(1000 * queue.oldestSeconds) : "–"),
      line(ages, SPAN, t("health.line.oldest", { most })),
    ),
  );
}
