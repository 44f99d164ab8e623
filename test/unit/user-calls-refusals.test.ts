// What crosses a call that is being made: somebody else's offer, a refusal, a value that cannot travel.
import { describe, expect, it } from 'vitest';
import type { UserRefusal } from '../../server/protocol/user-messages.js';
import { openUserCalls } from '../support/user-calls.js';

const ringOf = (name: string) => ({ type: 'offer', name, offer: { parley: { me: `${name} 1` } } }) as const;
const plainOf = (name: string) => ({ type: 'offer', name, offer: { sdp: 'v=0' } }) as const;
const refused = (code: UserRefusal['code']) => ({ type: 'error', code, message: 'No.' }) as const;

describe('an offer that is heard while one is calling', () => {
  it.each([
    ['of somebody else, who was quicker', ringOf('cy')],
    ['of the same one, with a client of another kind', plainOf('bob')],
  ])('%s, rings, and the own call is over', async (_what, offer) => {
    const { calls, hear, said, names, rings } = openUserCalls();
    const calling = calls.call('bob', {});
    hear(offer);
    await expect(calling).rejects.toMatchObject({ reason: 'in-call' });
    expect([said, names()]).toEqual([['offer bob'], [offer.name]]);
    rings[0]?.accept();
    expect(said.at(1)).toBe(`answer ${offer.name}`);
  });

  it('links the two where both are libraries', async () => {
    const { calls, hear, names } = openUserCalls();
    const calling = calls.call('bob', {});
    hear(ringOf('bob'));
    expect([(await calling).peer, names()]).toEqual(['here', []]);
  });
});

it('an offer of a third person is declined while one is in a call that the server has forgotten', async () => {
  const { calls, hear, said, names } = openUserCalls();
  const calling = calls.call('bob', {});
  hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'bob 1' } } });
  await calling;
  hear(ringOf('cy'));
  expect([said.at(-1), names()]).toEqual(['leave cy', []]);
});

it.each([
  ['a number that JSON has not', 10n, 'bad-value'],
  ['more than 1 MB', 'x'.repeat(1_000_001), 'too-large'],
])('a call about %s is refused, and leaves nothing behind', async (_what, about, reason) => {
  const { calls, said } = openUserCalls();
  await expect(calls.call('bob', { about })).rejects.toMatchObject({ reason });
  expect(said).toEqual([]);
  calls.call('bob', { about: 'lunch?' }).catch(() => {});
  expect(said).toEqual(['offer bob']);
});

describe('a call that is refused', () => {
  it('because the other is not there ends at once', async () => {
    const { calls, hear } = openUserCalls();
    const calling = calls.call('bob', {});
    hear(refused('not-online'));
    await expect(calling).rejects.toMatchObject({ reason: 'not-online' });
  });

  it('after a restart of the server rings for 30 s more, for one who is back later', async () => {
    const { clock, calls, hear, said } = openUserCalls();
    const calling = calls.call('bob', {});
    calls.handle({ is: 'lost' });
    calls.handle({ is: 'back', answer: { type: 'login', success: true, iceServers: [] } });
    for (let times = 0; times < 3; times++) {
      hear(refused('not-online'));
      await clock.advance(2000);
    }
    expect(said).toHaveLength(5);
    await clock.advance(30_000);
    hear(refused('not-online'));
    await expect(calling).rejects.toMatchObject({ reason: 'not-online' });
  });

  it('[U28] because Redis is away rings again a little later, until it is taken back', async () => {
    const { clock, calls, hear, said } = openUserCalls();
    const aborter = new AbortController();
    const calling = calls.call('bob', { signal: aborter.signal });
    hear(refused('unavailable'));
    await clock.advance(2000);
    expect(said).toEqual(['offer bob', 'offer bob']);
    hear(refused('unavailable'));
    aborter.abort();
    await clock.advance(2000);
    await expect(calling).rejects.toMatchObject({ reason: 'aborted' });
    expect(said).toEqual(['offer bob', 'offer bob', 'leave bob']);
  });
});
