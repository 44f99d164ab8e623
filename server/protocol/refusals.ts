// Every refusal of the room protocol: its code, and a sentence for a person.
import type { Refusal } from './room-events.js';
import { maxChannelNameLength, maxDepth, maxQueuedEvents } from './limits.js';
import { refusalsOfBoth, tryLater } from './refusals-of-both.js';

export const refusals = {
  ...refusalsOfBoth,
  badAck: (event: string): Refusal => ({
    code: 'bad-ack',
    message: `The last argument of "${event}" has to be a function that takes the answer.`,
  }),
  badChannel: (): Refusal => ({
    code: 'bad-channel',
    message: `A channel name has 1 to ${maxChannelNameLength} characters and no control characters.`,
    limit: maxChannelNameLength,
  }),
  badMessage: (why: string): Refusal => ({ code: 'bad-message', message: why }),
  badOptions: (why: string): Refusal => ({ code: 'bad-options', message: why }),
  binary: (): Refusal => ({
    code: 'binary',
    message: 'Messages are text or JSON; this one has binary data in it.',
  }),
  draining: (): Refusal => ({
    code: 'draining',
    message: 'This server is about to close and opens no new channels. Please try again in a moment.',
  }),
  ended: (): Refusal => ({
    code: 'ended',
    message: 'The other person said Bye while you were away.',
  }),
  hasSeat: (channel: string): Refusal => ({
    code: 'has-seat',
    message: `This connection already has a seat in channel ${channel}. Say Bye there first, or open another connection.`,
  }),
  idle: (): Refusal => ({
    code: 'idle',
    message: 'Nobody entered a channel on this connection for 10 minutes, so it is closed.',
  }),
  noSeat: (): Refusal => ({
    code: 'no-seat',
    message: 'This connection is in no channel yet. Send "create or join" first.',
  }),
  stale: (): Refusal => ({
    code: 'stale',
    message: 'A later request for this seat has been answered already.',
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
    message: `More than ${maxQueuedEvents} events, or 4 MiB of them, were waiting, so this connection is closed.`,
    limit: maxQueuedEvents,
  }),
  tryLater,
  unknownEvent: (): Refusal => ({
    code: 'unknown-event',
    message: 'The server does not know this event.',
  }),
  wrongChannel: (channel: string): Refusal => ({
    code: 'wrong-channel',
    message: `This connection sits in channel ${channel} and can speak only there.`,
  }),
} as const;
