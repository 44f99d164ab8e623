// What two calls say to each other over a channel. What comes from the other side may be anything.
import { isRecord } from '../../server/protocol/parsed.js';
import type { Heard } from './negotiation-rules.js';

/**
 * `from` and `to` are the random ids of the two connections; without `to`: for any connection there. `hello`: there is a
 * connection, which waits for an offer. `restart`: it needs a new path, and asks for an offer of one.
 */
export type CallSignal = { from: string; to?: string | undefined } & (
  | Heard
  | { restart: true }
  | { hello: true }
  | { hangUp: true }
);

/** Undefined: it means nothing. */
export function parseCallSignal(value: unknown): CallSignal | undefined {
  if (!isRecord(value)) return undefined;
  const { from, to, description, candidate, hello, restart, hangUp } = value;
  if (typeof from !== 'string' || (to !== undefined && typeof to !== 'string')) return undefined;
  if (hangUp === true) return { from, to, hangUp };
  if (restart === true) return { from, to, restart };
  if (hello === true) return { from, to, hello };
  if (isRecord(candidate)) return { from, to, candidate };
  if (!isRecord(description)) return undefined;
  const { type, sdp } = description;
  if ((type !== 'offer' && type !== 'answer') || typeof sdp !== 'string') return undefined;
  return { from, to, description: { type, sdp } };
}
