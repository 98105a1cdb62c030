// The operators' operations that the view Waiting uses: lists, a body, retry, discard.

import { get, post } from "./call.js";
import { Problem } from "./problem.js";

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value));

/** Stored webhooks, newest first. `state` "open": those that wait and those that were given up. */
export async function deliveries({ state, referral }) {
  const states = state === "open" ? ["waiting", "dead"] : [state];
  const asked = states.map((one) => get(`/operations/inbox?${query({ state: one, referral })}`));
  const lists = await Promise.all(asked);
  return lists.flatMap((reply) => reply.deliveries).sort((one, other) => other.id - one.id);
}

export async function updates({ state, referral }) {
  const { updates: all } = await get(`/operations/presence-updates?${query({ referral })}`);
  const wanted = { open: ["waiting", "refused"], waiting: ["waiting"], dead: ["refused"] }[state] ?? [];
  return all.filter((one) => wanted.includes(one.state));
}

export async function closings({ state, referral }) {
  if (!["open", "waiting"].includes(state)) return [];
  return (await get(`/operations/closings?${query({ referral })}`)).closings;
}

/** A webhook with its masked body. */
export const delivery = (id) => get(`/operations/inbox/${id}`);

export const retryAll = async () => (await post("/operations/inbox/retry", {})).count;

/** How many of these went through; one that somebody else dealt with is left out. */
export const retry = (ids) => each(ids, (id) => post(`/operations/inbox/${id}/retry`));
export const discard = (ids, why) => each(ids, (id) => post(`/operations/inbox/${id}/discard`, { why }));

async function each(ids, deed) {
  let done = 0;
  for (const id of ids) {
    try {
      done += (await deed(id)).count;
    } catch (error) {
      if (!(error instanceof Problem && error.slug === "nothing-known")) throw error;
    }
  }
  return done;
}
