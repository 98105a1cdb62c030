// The faults that the twins raise, as switches. Each switch sends the whole plan of its partner.

import { get, post, put } from "./call.js";
import { fill, h, set, write } from "./element.js";
import { attempt, tell } from "./news.js";
import { plural, t } from "./texts.js";

const PLANS = { provider: "/sandbox/faults", attendance: "/sandbox/attendance-faults" };
/** Name, whose plan, which part of it, and what it sets there. */
const WEBHOOKS = [
  ["lost", "provider", "webhooks", { drop: 1 }],
  ["doubled", "provider", "webhooks", { double: 1 }],
  ["late", "provider", "webhooks", { delay_rate: 1, delay_seconds: 5 }],
  ["reordered", "provider", "webhooks", { reorder: 1 }],
  ["forged", "provider", "webhooks", { wrong_key: 1 }],
];
const PARTNERS = [
  ["provider-down", "provider", "api", { down: 1 }],
  ["attendance-down", "attendance", "api", { down: 1 }],
  ["attendance-slow", "attendance", "api", { delay_rate: 1, delay_seconds: 3 }],
  ["attendance-refusing", "attendance", "api", { refuse: 1 }],
];
const ALL = [...WEBHOOKS, ...PARTNERS];

/** Sends what is on, and nothing else, to both partners. */
export async function follow(names) {
  for (const [partner, path] of Object.entries(PLANS)) {
    const plan = {};
    for (const [name, whose, part, sets] of ALL) {
      if (whose === partner && names.has(name)) plan[part] = { ...plan[part], ...sets };
    }
    await put(path, plan);
  }
  dispatchEvent(new CustomEvent("faults", { detail: names }));
}

/** What is on now. */
async function on() {
  const plans = {};
  for (const [partner, path] of Object.entries(PLANS)) plans[partner] = await get(path);
  const matches = ([, partner, part, sets]) =>
    Object.entries(sets).every(([field, value]) => plans[partner][part]?.[field] === value);
  return new Set(ALL.filter(matches).map(([name]) => name));
}

/** The panel of switches, until `signal` aborts. */
export function faultsPanel(signal) {
  const count = h("span", { class: "tag" });
  const switches = new Map();
  let chosen = new Set();
  const show = (names) => {
    chosen = new Set(names);
    for (const [name, input] of switches) input.checked = chosen.has(name);
    write(count, chosen.size ? plural("faults.on", chosen.size) : t("faults.none"));
    set(count, { class: chosen.size ? "tag warn" : "tag" });
  };
  const toggle = async (name, input) => {
    const wanted = new Set(chosen);
    if (input.checked) wanted.add(name);
    else wanted.delete(name);
    if (!(await attempt(() => follow(wanted)))) show(chosen);
    else if (input.checked) tell(t(`fault.${name}.what`));
  };
  addEventListener("faults", ({ detail }) => show(detail), { signal });
  const group = (key, faults) =>
    h(
      "fieldset",
      {},
      h("legend", {}, t(key)),
      faults.map(([name]) => oneSwitch(name, switches, toggle)),
    );
  const rotateButton = h("button", { type: "button", class: "last", onclick: rotate }, t("fault.rotate"));
  const panel = h("section", { class: "panel faults", "aria-labelledby": "faults-title" });
  fill(
    panel,
    h(
      "div",
      { class: "row" },
      h("h2", { id: "faults-title" }, t("faults.title")),
      count,
      h("p", { class: "muted small" }, t("faults.intro")),
      rotateButton,
    ),
    group("faults.webhooks", WEBHOOKS),
    group("faults.partners", PARTNERS),
  );
  show([]);
  attempt(async () => show(await on()));
  return panel;
}

function oneSwitch(name, switches, toggle) {
  const input = h("input", {
    type: "checkbox",
    role: "switch",
    id: `fault-${name}`,
    onchange: () => toggle(name, input),
  });
  switches.set(name, input);
  return h(
    "label",
    { class: "switch", title: t(`fault.${name}.what`) },
    input,
    t(`fault.${name}`),
    h("span", { class: "unseen" }, `. ${t(`fault.${name}.what`)}`),
  );
}

async function rotate() {
  if (await attempt(() => post("/sandbox/rotate-key"))) tell(t("fault.rotate.done"));
}
