// Times and durations. Instants are local, with UTC in the tooltip; ages go by the service's clock.

import { h, set, write } from "./element.js";
import { language } from "./texts.js";

/** Milliseconds of each unit, its name, decimals, and below how many milliseconds it is used. */
const UNITS = [
  [1, "ms", 0, 1000],
  [1000, "s", 1, 10_000],
  [1000, "s", 0, 90_000],
  [60_000, "min", 0, 5_400_000],
  [3_600_000, "h", 0, 172_800_000],
  [86_400_000, "d", 0, Infinity],
];

let ahead = 0; // milliseconds by which the service's clock is ahead of this machine's

/** Each answer says what time it is at the service. */
export function setClock(now) {
  ahead = Date.parse(now) - Date.now();
}

export const serviceNow = () => Date.now() + ahead;

/** `14:03:02,125`; with its date when it is not of today. */
export function time(instant) {
  return timeOf(h("time"), instant);
}

export function timeOf(element, instant) {
  const date = new Date(instant).toISOString();
  set(element, { datetime: date, title: `${date.replace("T", " ").replace("Z", "")} UTC` });
  return write(element, clock(instant));
}

/** The same as text. */
export function clock(instant) {
  const date = new Date(instant);
  const today = date.toDateString() === new Date(serviceNow()).toDateString();
  return date.toLocaleString(language(), {
    ...(today ? {} : { day: "2-digit", month: "2-digit" }),
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}

/** `340 ms`, `4.2 s`, `12 min`, `3 h`. */
export function duration(milliseconds) {
  const amount = Math.max(0, milliseconds);
  const [unit, name, digits] = UNITS.find(([, , , below]) => amount < below);
  return `${number(amount / unit, digits)}\u00a0${name}`;
}

/** How long ago, or since when. */
export const age = (instant) => duration(serviceNow() - Date.parse(instant));

export function number(value, digits = 0) {
  return value.toLocaleString(language(), { maximumFractionDigits: digits, minimumFractionDigits: digits });
}
