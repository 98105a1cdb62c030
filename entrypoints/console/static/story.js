// Tells the story: one step after the other, each when its sentence could be read and its effect is
// seen. It can be paused, hurried and stopped.

import { h, set, write } from "./element.js";
import { attempt, tell } from "./news.js";
import { STEPS, named } from "./story-steps.js";
import { t } from "./texts.js";
import { duration } from "./time.js";

const PER_LETTER = 55; // milliseconds of reading
const LEAST = 3_500;
const TICK = 200;

/** The panel and `start(stage)`. `stage` has `referral`, `choose(referral)` and `watched()`. */
export function storyTeller(signal) {
  const place = h("p", { class: "small muted" });
  const sentence = h("p", { class: "sentence", "aria-live": "polite" });
  const wait = h("p", { class: "small muted" });
  const next = h("button", { type: "button", class: "main" }, t("story.next"));
  const pause = h("button", { type: "button" }, t("story.pause"));
  const stop = h("button", { type: "button" }, t("story.stop"));
  const buttons = h("div", { class: "row" }, next, pause, stop);
  const panel = h(
    "section",
    { class: "panel story", "aria-labelledby": "story-title", hidden: true },
    h("div", { class: "head" }, h("h2", { id: "story-title" }, t("story.title")), place),
    sentence,
    wait,
    buttons,
  );
  let run = null;
  next.addEventListener("click", () => run && (run.hurried = true));
  pause.addEventListener("click", () => {
    if (!run) return;
    run.paused = !run.paused;
    write(pause, t(run.paused ? "story.go-on" : "story.pause"));
  });
  stop.addEventListener("click", () => (run ? run.stop() : set(panel, { hidden: "" })));
  const show = { place, sentence, wait, next };

  /** While it is told, what people would do by hand makes room. */
  function telling(on) {
    set(panel, { hidden: null });
    for (const button of [next, pause]) set(button, { hidden: on ? null : "" });
    write(stop, t(on ? "story.stop" : "close"));
    panel.parentElement.classList.toggle("telling", on);
  }

  async function start(stage) {
    run?.stop();
    const mine = (run = { paused: false, hurried: false, stopped: false, stop: () => (mine.stopped = true) });
    telling(true);
    write(pause, t("story.pause"));
    next.focus();
    const whole = await attempt(() => tellAll(stage, mine, show, signal));
    if (run !== mine || signal.aborted) return;
    run = null;
    telling(false);
    write(wait, "");
    if (!whole || mine.stopped) {
      set(panel, { hidden: "" });
      tell(t("story.stopped"));
    }
  }
  return { panel, start };
}

async function tellAll(stage, run, show, signal) {
  const over = () => run.stopped || signal.aborted;
  for (const [at, step] of STEPS.entries()) {
    if (over()) return;
    write(show.place, t("story.step", { n: at + 1, all: STEPS.length }));
    write(show.sentence, t(step.key, named(stage.watched())));
    run.hurried = false;
    await step.act?.(stage);
    await until(step, stage, run, show, over);
  }
}

/** Until the sentence could be read, or "Next" was pressed, and the effect is seen. */
async function until(step, stage, run, show, over) {
  const began = performance.now();
  const reading = Math.max(LEAST, PER_LETTER * show.sentence.textContent.length);
  for (;;) {
    await new Promise((done) => setTimeout(done, TICK));
    if (over()) return;
    const passed = performance.now() - began;
    const watched = stage.watched();
    const seen = !step.seen || (watched && step.seen(watched));
    const waits = !seen && (run.hurried || passed > LEAST);
    write(show.wait, waits ? t("story.waits", { age: duration(Math.floor(passed / 1000) * 1000) }) : "");
    set(show.next, { "aria-disabled": waits ? "true" : null });
    if (step.key === "story.healed") write(show.sentence, t(step.key, named(watched)));
    if (seen && !run.paused && (run.hurried || passed > reading || step.waits)) return;
  }
}
