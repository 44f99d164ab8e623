// The sentence of every refusal of the user protocol. Other tests compare codes, or take it from `userRefusals`.
import { describe, expect, it } from 'vitest';
import { refusals } from '../../server/protocol/refusals.js';
import type { UserRefusal } from '../../server/protocol/user-messages.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';

/** What a bad frame is answered stands in user-messages.test. What rooms and users share stands in refusals.test. */
type Elsewhere = 'invalidJson' | 'unknownType' | 'tooFast' | 'tooSlow' | 'unavailable';

const sentences: Record<
  Exclude<keyof typeof userRefusals, Elsewhere>,
  [given: UserRefusal, expected: UserRefusal]
> = {
  alreadyLoggedIn: [
    userRefusals.alreadyLoggedIn('Ann'),
    {
      code: 'already-logged-in',
      message: 'This connection is logged in as Ann. Open another one for another name.',
    },
  ],
  badMessage: [userRefusals.badMessage('The reason.'), { code: 'bad-message', message: 'The reason.' }],
  badName: [
    userRefusals.badName(),
    {
      code: 'bad-name',
      message: 'A user name has 1 to 64 characters, at least one of them visible, and no control characters.',
      limit: 64,
    },
  ],
  binary: [
    userRefusals.binary(),
    { code: 'binary', message: 'Messages are JSON as text; this one was a binary frame.' },
  ],
  busy: [userRefusals.busy('Bob'), { code: 'busy', message: 'User Bob is busy' }],
  glare: [
    userRefusals.glare('Bob'),
    {
      code: 'glare',
      message: 'User Bob called you first. Answer that offer.',
      name: 'Bob',
    },
  ],
  hidden: [
    userRefusals.hidden(),
    {
      code: 'hidden',
      message: 'This server does not show who is online. Ask the other for the name.',
    },
  ],
  idle: [
    userRefusals.idle(),
    {
      code: 'idle',
      message: 'Nobody logged in on this connection for 10 minutes, so it is closed.',
    },
  ],
  inCall: [
    userRefusals.inCall('Bob'),
    { code: 'in-call', message: 'In a call with Bob. Leave that one first.' },
  ],
  notInCall: [userRefusals.notInCall('Bob'), { code: 'not-in-call', message: 'Not in a call with Bob' }],
  notLoggedIn: [userRefusals.notLoggedIn(), { code: 'not-logged-in', message: 'Not logged in' }],
  notOnline: [userRefusals.notOnline('Bob'), { code: 'not-online', message: 'User Bob is not online' }],
  selfCall: [userRefusals.selfCall(), { code: 'self-call', message: 'You cannot call yourself.' }],
  takenOver: [
    userRefusals.takenOver(),
    {
      code: 'taken-over',
      message: 'Another connection has taken this name back, so this one is closed.',
    },
  ],
  tooDeep: [
    userRefusals.tooDeep(),
    { code: 'too-deep', message: 'A value may nest at most 64 levels deep.', limit: 64 },
  ],
  tooLarge: [
    userRefusals.tooLarge(1000),
    { code: 'too-large', message: 'A value may have at most 1000 bytes.', limit: 1000 },
  ],
  tooMany: [
    userRefusals.tooMany(),
    {
      code: 'too-many',
      message: 'More than 1000 messages, or 4 MiB of them, were waiting, so this connection is closed.',
      limit: 1000,
    },
  ],
};

describe('[U15] the refusals of users', () => {
  it.each(Object.entries(sentences))('%s', (_name, [given, expected]) => {
    expect(given).toEqual(expected);
  });

  it('share two with the rooms, word for word', () => {
    expect(userRefusals.tooSlow(7)).toEqual(refusals.tooSlow(7));
    expect(userRefusals.unavailable()).toEqual(refusals.unavailable());
  });
});
