// Who is told what after a transition: the views that each connection concerned passes through. Pure. Leaves sending to
// the coordinator, and the events between two views to the features.
import { isDeepStrictEqual } from 'node:util';
import { isLost, type Lost } from './claim.js';
import type { Domain, Transition } from './rule.js';

/** What one connection is told. */
export interface ConnectionChange<View> {
  address: string;
  key: string;
  views: readonly (View | Lost)[];
}

export interface ChangeOptions {
  /** Whose wish it is: it is told first, also if nothing changes for it. `isNew`: it held nothing before. */
  asker?: { address: string; key: string; isNew: boolean } | undefined;
  /** Connections that are told how it stands whatever they know, with their keys. */
  forced?: readonly (readonly [address: string, key: string])[];
}

/** What of these records runs out by itself, and in how many ms. @param now of the transaction */
export function dueIn<State, View extends object>(
  domain: Domain<State, View>,
  { after }: Transition<State, unknown>,
  now: number,
): [key: string, inMs: number][] {
  const due: [key: string, inMs: number][] = [];
  for (const [key, state] of after) {
    const deadline = domain.deadlineOf(state);
    if (deadline !== undefined) due.push([key, deadline - now]);
  }
  return due;
}

const unknownLoss: Lost = { lost: 'unknown' };

export function changesOf<State, View extends object>(
  domain: Domain<State, View>,
  transition: Transition<State, unknown>,
  { asker, forced }: ChangeOptions,
): ConnectionChange<View>[] {
  const { steps, dead } = transition;
  const recipients = new Map<string, string>();
  if (asker) recipients.set(asker.address, asker.key);
  for (const step of steps) {
    for (const [key, state] of step) {
      for (const address of domain.connectionsOf(state)) {
        if (!recipients.has(address) && !dead.includes(address)) recipients.set(address, key);
      }
    }
  }
  for (const [address, key] of forced ?? []) recipients.set(address, key);
  const changes: ConnectionChange<View>[] = [];
  for (const [address, key] of recipients) {
    const views = viewsOf(domain, transition, address, key);
    if (!views) continue;
    const isAsker = address === asker?.address;
    if (forced || (isAsker && asker.isNew)) changes.push({ address, key, views: views.slice(-1) });
    // The asker knows the first one, or better; others are given it, should they have missed something.
    else if (isAsker) changes.push({ address, key, views: views.length > 1 ? views.slice(1) : views });
    else if (views.length > 1) changes.push({ address, key, views });
  }
  return changes;
}

/** The different views that a connection passes through, from the one before. @returns undefined: they cannot be told */
function viewsOf<State, View extends object>(
  domain: Domain<State, View>,
  { steps, ended }: Transition<State, unknown>,
  address: string,
  key: string,
): (View | Lost)[] | undefined {
  const views: (View | Lost)[] = [];
  for (const [index, step] of steps.entries()) {
    const held = domain.viewOf(step, address);
    if (held === undefined) return undefined;
    const view = held ?? lossAt(index);
    if (!isDeepStrictEqual(view, views.at(-1))) views.push(view);
  }
  // A connection that holds something now begins after it held nothing.
  const lastLoss = views.findLastIndex(isLost);
  return lastLoss < views.length - 1 ? views.slice(lastLoss + 1) : views;

  function lossAt(index: number): Lost {
    const [before, after] = [steps[index - 1], steps[index]];
    if (!before || !after || !domain.viewOf(before, address)) {
      const last = views.at(-1);
      if (last && isLost(last)) return last;
      return after ? { lost: domain.lossOf(key, after, after, address) } : unknownLoss;
    }
    return { lost: ended.includes(address) ? 'ended' : domain.lossOf(key, before, after, address) };
  }
}
