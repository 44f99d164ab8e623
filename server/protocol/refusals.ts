// Every refusal of the room protocol, as the sentence that a person reads.
import type { Refusal } from './room-events.js';
import { maxChannelLength, maxDepth, maxQueuedEvents } from './limits.js';

/** A value, or the reason why there is none. */
export type Parsed<Value> = { ok: true; value: Value } | { ok: false; refusal: Refusal };

export function accept<Value>(value: Value): Parsed<Value> {
  return { ok: true, value };
}

export function refuse(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}

export const refusals = {
  badAck: (event: string): Refusal => ({
    code: 'bad-ack',
    message: `The last argument of "${event}" has to be a function that takes the answer.`,
  }),
  badChannel: (): Refusal => ({
    code: 'bad-channel',
    message: `A channel name has 1 to ${maxChannelLength} characters and no control characters.`,
    limit: maxChannelLength,
  }),
  badMessage: (why: string): Refusal => ({ code: 'bad-message', message: why }),
  badOptions: (why: string): Refusal => ({ code: 'bad-options', message: why }),
  binary: (): Refusal => ({
    code: 'binary',
    message: 'Messages are text or JSON; this one has binary data in it.',
  }),
  hasSeat: (channel: string): Refusal => ({
    code: 'has-seat',
    message: `This connection already has a seat in channel ${channel}. Say Bye there first, or open another connection.`,
  }),
  noSeat: (): Refusal => ({
    code: 'no-seat',
    message: 'This connection is in no channel yet. Send "create or join" first.',
  }),
  tooDeep: (): Refusal => ({
    code: 'too-deep',
    message: `A message may nest at most ${maxDepth} levels deep.`,
    limit: maxDepth,
  }),
  tooLarge: (limit: number): Refusal => ({
    code: 'too-large',
    message: `A message may have at most ${limit} bytes.`,
    limit,
  }),
  tooMany: (): Refusal => ({
    code: 'too-many',
    message: `More than ${maxQueuedEvents} events were waiting, so this connection is closed.`,
    limit: maxQueuedEvents,
  }),
  unavailable: (): Refusal => ({
    code: 'unavailable',
    message: 'The server could not do that just now. Please try again.',
  }),
  unknownEvent: (): Refusal => ({
    code: 'unknown-event',
    message: 'The server does not know this event.',
  }),
  wrongChannel: (channel: string): Refusal => ({
    code: 'wrong-channel',
    message: `This connection sits in channel ${channel} and can speak only there.`,
  }),
} as const;
