// What a ring says beside who calls: how the caller talks, and whether it is a program that this page can talk to.
import { ways, type Way } from './phone-states.js';

/** What this page sends along. */
export function aboutOf(way: Way): unknown {
  return { way };
}

/** @returns undefined when the caller's program does not say */
export function wayOf(about: unknown): Way | undefined {
  const said = fieldOf(about, 'way');
  return ways.find((way) => way === said);
}

/** A client of the tutorial's kind rings with its offer at once, and waits for an answer to just that. */
export function isForeign(about: unknown): boolean {
  return fieldOf(about, 'type') === 'offer' && typeof fieldOf(about, 'sdp') === 'string';
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
