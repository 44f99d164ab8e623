// The sentence of every refusal of the room protocol. Other tests compare codes, or take the sentence from `refusals`.
import { describe, expect, it } from 'vitest';
import { refusals } from '../../server/protocol/refusals.js';
import type { Refusal } from '../../server/protocol/room-events.js';

const sentences: Record<keyof typeof refusals, [given: Refusal, expected: Refusal]> = {
  badAck: [
    refusals.badAck('check'),
    {
      code: 'bad-ack',
      message: 'The last argument of "check" has to be a function that takes the answer.',
    },
  ],
  badChannel: [
    refusals.badChannel(),
    {
      code: 'bad-channel',
      message: 'A channel name has 1 to 128 characters and no control characters.',
      limit: 128,
    },
  ],
  badMessage: [refusals.badMessage('The reason.'), { code: 'bad-message', message: 'The reason.' }],
  badOptions: [refusals.badOptions('The reason.'), { code: 'bad-options', message: 'The reason.' }],
  binary: [
    refusals.binary(),
    { code: 'binary', message: 'Messages are text or JSON; this one has binary data in it.' },
  ],
  draining: [
    refusals.draining(),
    {
      code: 'draining',
      message: 'This server is about to close and opens no new channels. Please try again in a moment.',
    },
  ],
  ended: [refusals.ended(), { code: 'ended', message: 'The other person said Bye while you were away.' }],
  hasSeat: [
    refusals.hasSeat('room-42'),
    {
      code: 'has-seat',
      message:
        'This connection already has a seat in channel room-42. Say Bye there first, or open another connection.',
    },
  ],
  idle: [
    refusals.idle(),
    {
      code: 'idle',
      message: 'Nobody entered a channel on this connection for 10 minutes, so it is closed.',
    },
  ],
  noSeat: [
    refusals.noSeat(),
    {
      code: 'no-seat',
      message: 'This connection is in no channel yet. Send "create or join" first.',
    },
  ],
  stale: [
    refusals.stale(),
    { code: 'stale', message: 'A later request for this seat has been answered already.' },
  ],
  tooDeep: [
    refusals.tooDeep(),
    { code: 'too-deep', message: 'A message may nest at most 64 levels deep.', limit: 64 },
  ],
  tooFast: [
    refusals.tooFast(500),
    {
      code: 'too-fast',
      message: 'This connection sends faster than it may. It is closed if it goes on.',
      limit: 500,
    },
  ],
  tooLarge: [
    refusals.tooLarge(1000),
    { code: 'too-large', message: 'A message may have at most 1000 bytes.', limit: 1000 },
  ],
  tooMany: [
    refusals.tooMany(),
    {
      code: 'too-many',
      message: 'More than 1000 events, or 4 MiB of them, were waiting, so this connection is closed.',
      limit: 1000,
    },
  ],
  tooSlow: [
    refusals.tooSlow(1000),
    {
      code: 'too-slow',
      message: 'More than 1000 bytes were waiting for this connection to read them, so it is closed.',
      limit: 1000,
    },
  ],
  tryLater: [
    refusals.tryLater(1000),
    {
      code: 'try-later',
      message: 'Too many requests from your network have failed. Please try again in a moment.',
      retryInMs: 1000,
    },
  ],
  unavailable: [
    refusals.unavailable(),
    { code: 'unavailable', message: 'The server could not do that just now. Please try again.' },
  ],
  unknownEvent: [
    refusals.unknownEvent(),
    { code: 'unknown-event', message: 'The server does not know this event.' },
  ],
  wrongChannel: [
    refusals.wrongChannel('room-42'),
    {
      code: 'wrong-channel',
      message: 'This connection sits in channel room-42 and can speak only there.',
    },
  ],
};

describe('the refusals of rooms', () => {
  it.each(Object.entries(sentences))('[R19] %s', (_name, [given, expected]) => {
    expect(given).toEqual(expected);
  });
});
