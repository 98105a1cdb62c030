// The table of texts. Each entry is [Portuguese, English]; `{name}` in it is filled in.

import { acts } from "./texts-acts.js";
import { faults } from "./texts-faults.js";
import { frame } from "./texts-frame.js";
import { health } from "./texts-health.js";
import { reasons } from "./texts-reasons.js";
import { story } from "./texts-story.js";
import { views } from "./texts-views.js";
import { watch } from "./texts-watch.js";

export const LANGUAGES = ["pt-BR", "en"];
const TABLE = { ...frame, ...acts, ...faults, ...story, ...watch, ...reasons, ...views, ...health };
const KEPT = "videochamadas-language";

let chosen = LANGUAGES.includes(kept()) ? kept() : byBrowser();

export const language = () => chosen;

/** The other language from now on; whoever shows texts is told by the event `language`. */
export function switchLanguage() {
  chosen = LANGUAGES.find((one) => one !== chosen);
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // A browser that keeps nothing asks the browser's own language again next time.
  }
  dispatchEvent(new Event("language"));
}

/** The text of that key. A key that the table lacks is shown itself: a code of a newer service. */
export function t(key, values = {}) {
  const text = TABLE[key]?.[LANGUAGES.indexOf(chosen)] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The text of that key, or null when the table has none. */
export const known = (key, values) => (key in TABLE ? t(key, values) : null);

/** One of two keys, by number: `count.one`, `count.many`. */
export const plural = (key, count) => t(`${key}.${count === 1 ? "one" : "many"}`, { count });

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function byBrowser() {
  const first = navigator.languages?.find((tag) => /^(pt|en)\b/i.test(tag)) ?? "pt-BR";
  return /^en/i.test(first) ? "en" : "pt-BR";
}
