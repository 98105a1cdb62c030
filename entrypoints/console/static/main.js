// The page: which views there are, which one is shown, and in which language.

import { whenAsked } from "./call.js";
import { fill, h, set, write } from "./element.js";
import { openFeed } from "./health-feed.js";
import { askForKey } from "./key.js";
import { attempt } from "./news.js";
import { language, switchLanguage, t } from "./texts.js";
import { health } from "./view-health.js";
import { now } from "./view-now.js";
import { play } from "./view-play.js";
import { waiting } from "./view-waiting.js";
import { watchView } from "./view-watch.js";

const VIEWS = { play, watch: watchView, now, waiting, health };
const main = document.getElementById("main");

let about = null;
let leaving = new AbortController();

whenAsked(askForKey);
addEventListener("hashchange", () => show(true));
addEventListener("language", () => show(false));
document.getElementById("language").addEventListener("click", switchLanguage);
start();

/** The first word about the service's health says what it is; a 401 asks for the key. */
async function start() {
  frame();
  const opened = openFeed((health) => {
    about = health;
    show(false);
  });
  if (!(await attempt(() => opened))) fill(main, h("button", { type: "button", onclick: start }, t("again")));
}

/** The chosen view anew; the one before is told to stop by its signal. */
function show(move) {
  frame();
  if (!about) return;
  leaving.abort();
  leaving = new AbortController();
  state("");
  fill(main);
  VIEWS[chosen()](main, { about, signal: leaving.signal, state, parameters: parameters() });
  if (move) main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function frame() {
  set(document.documentElement, { lang: language() });
  document.title = about ? `${t(`view.${chosen()}`)} · Videochamadas` : "Videochamadas";
  for (const element of document.querySelectorAll("[data-text]")) write(element, t(element.dataset.text));
  const button = document.getElementById("language");
  set(button, { lang: language() === "en" ? "pt-BR" : "en" });
  write(button, t("other-language"));
  const items = about ? names().map((name) => h("li", {}, link(name))) : [];
  set(fill(document.getElementById("views"), h("ul", {}, items)), { "aria-label": t("views") });
  if (about) write(document.getElementById("foot"), t("foot", about));
}

function link(name) {
  const current = name === chosen() ? "page" : null;
  return h("a", { href: `#${name}`, "aria-current": current }, t(`view.${name}`));
}

const names = () => Object.keys(VIEWS).filter((name) => name !== "play" || about.twins.video);

function chosen() {
  const [name] = location.hash.slice(1).split("?");
  return names().includes(name) ? name : names()[0];
}

function parameters() {
  return new URLSearchParams(location.hash.split("?")[1] ?? "");
}

/** Whether what is shown is live: "live", "lost", or "" when it is not a stream. */
function state(which) {
  const element = document.getElementById("live");
  set(element, { "data-state": which });
  write(element, which ? t(`live.${which}`) : "");
}
