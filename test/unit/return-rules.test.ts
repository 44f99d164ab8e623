// Coming back to a room with the secret of a seat: taken back, ended by a Bye, or too late.
import { describe, expect, it } from 'vitest';
import { emptyRoom, type Room } from '../../server/rooms/room.js';
import {
  afterBye,
  ann,
  annRemains,
  away,
  bob,
  bobRemains,
  ends,
  entrant,
  graceEnd,
  here,
  keptAnn,
  keptBob,
  paired,
  peerId,
  tells,
  waiting,
} from '../support/seats.js';
import { arrival, enterRoom, expectDecision, type Entering } from '../support/entering.js';
import type { Told } from '../support/room-decisions.js';

const awayAnn = away('ann', graceEnd, { secrets: ['a1', 'a2'] });
const awayBob = away('bob', graceEnd, { secrets: ['b1'] });

describe('with the secret of a seat', () => {
  const back = entrant('ann-2', { seat: 'a1', next: 'a2', me: 'ia' });
  const annAgain = here('ann-2', { secrets: ['a1', 'a2'], me: 'ia' });
  const takenOver = tells('ann', [['taken-over']], { closed: 'for good' });
  const isLinked = tells('ann-2', [], { link: 'bob' });
  const peerBack = tells('bob', [['peer back', { me: 'ia' }]], { link: 'ann-2' });
  const withBob: Entering['outcome'] = {
    status: 'resumed',
    role: 'initiator',
    peer: { id: 'bob', presence: 'here' },
  };
  const alone: Entering['outcome'] = { status: 'resumed', role: 'initiator', peer: null };
  const cases: Entering[] = [
    back1(
      '[R22] who was away is back, and the other hears it',
      paired(awayAnn, bob),
      paired(annAgain, bob),
      [isLinked, peerBack],
      withBob,
    ),
    back1(
      '[R21] the old connection is taken over, and the other hears of the return',
      paired(keptAnn, bob),
      paired(annAgain, bob),
      [isLinked, takenOver, peerBack],
      withBob,
    ),
    back1(
      '[R21] the old connection of one who waits is taken over',
      waiting(keptAnn),
      waiting(annAgain),
      [takenOver],
      alone,
    ),
    back1('[R21] who waited away is back', waiting(awayAnn), waiting(annAgain), [], alone),
    back1(
      '[R22] who comes back to one who is away hears so',
      paired(awayAnn, awayBob),
      paired(annAgain, awayBob),
      [],
      {
        ...withBob,
        peer: { id: 'bob', presence: 'away' },
      },
    ),
    back1(
      '[R23] an initiator who was away when the joiner came hears of it now, and the joiner is ready',
      paired({ ...awayAnn, isUnmet: true }, bob),
      paired(annAgain, bob),
      [
        tells('ann-2', arrival('bob'), { link: 'bob' }),
        tells(
          'bob',
          [
            ['peer back', { me: 'ia' }],
            ['ready', 'Test', { me: 'ia' }],
          ],
          { link: 'ann-2' },
        ),
      ],
      withBob,
    ),
    back1(
      '[R23] it hears of a joiner who is away meanwhile',
      paired({ ...awayAnn, isUnmet: true }, awayBob),
      paired(annAgain, awayBob),
      [tells('ann-2', arrival('bob'))],
      {
        ...withBob,
        peer: { id: 'bob', presence: 'away' },
      },
    ),
    {
      fact: '[R21] the joiner stays the joiner',
      room: paired(ann, awayBob),
      who: entrant('bob-2', { seat: 'b1' }),
      becomes: paired(ann, here('bob-2', { secrets: ['b1'] })),
      told: [tells('bob-2', [], { link: 'ann' }), tells('ann', [['peer back', {}]], { link: 'bob-2' })],
      outcome: { status: 'resumed', role: 'joiner', peer: { id: 'ann', presence: 'here' } },
    },
    {
      fact: '[R20] the next secret takes the seat back too, and replaces the one before',
      room: waiting(awayAnn),
      who: entrant('ann-2', { seat: 'a2', next: 'a3' }),
      becomes: waiting(here('ann-2', { secrets: ['a2', 'a3'] })),
      outcome: alone,
    },
    nobody(
      '[R20] a secret that fits nothing enters like anybody',
      paired(keptAnn, keptBob),
      entrant('cy', { seat: 'c1' }),
    ),
    nobody(
      '[R20] a secret that was replaced fits nothing',
      paired(here('ann', { secrets: ['a2', 'a3'] }), keptBob),
      back,
    ),
  ];

  it.each(cases)('$fact', expectDecision);

  function back1(
    fact: string,
    room: Room,
    becomes: Room,
    told: Told[],
    outcome: Entering['outcome'],
  ): Entering {
    return { fact, room, who: back, becomes, told, outcome };
  }

  function nobody(fact: string, room: Room, who: Entering['who']): Entering {
    return {
      fact,
      room,
      who,
      becomes: room,
      outcome: { status: 'full', peer: null, holders: ['ann', 'bob'].map(peerId) },
    };
  }
});

describe('with the secret of a seat that a Bye has ended', () => {
  const back = entrant('bob-2', { seat: 'b1' });
  const cases: Entering[] = [
    ...[
      afterBye(emptyRoom, [['a1'], ['b1']]),
      afterBye(waiting(ann), [['b0', 'b1']]),
      afterBye(paired(ann, here('cy')), [['b1']]),
    ].map((room) => ({
      fact: `[R24] it hears so, ${room.phase}`,
      room,
      who: back,
      becomes: room,
      outcome: { status: 'ended' as const },
    })),
    {
      fact: '[R24] the one who remains, on a new connection: the channel is as new, and the old connection ends',
      room: bobRemains(keptBob),
      who: back,
      becomes: afterBye(emptyRoom, [['b1']]),
      told: [ends('bob')],
      outcome: { status: 'ended' },
    },
    {
      fact: '[R24] others enter as ever',
      room: afterBye(emptyRoom, [['b1']]),
      who: entrant('cy', { seat: 'c1' }),
      becomes: afterBye(waiting(here('cy', { secrets: ['c1'] })), [['b1']]),
      told: [tells('cy', [['created', 'Test', 'cy']])],
      outcome: { status: 'created', role: 'initiator', peer: null },
    },
  ];

  it.each(cases)('$fact', expectDecision);
});

describe('a request that arrives late', () => {
  const third = { secrets: ['a1', 'a2'], me: 'ia', attempt: 3 };
  const request = (attempt: number | undefined, me = 'ia') =>
    entrant('ann-2', { seat: 'a1', me, ...(attempt !== undefined && { attempt }) });

  it.each([1, 2, 3])('[R21] is stale: attempt %i after attempt 3', async (attempt) => {
    for (const room of [
      paired(here('ann', third), bob),
      waiting(away('ann', graceEnd, third)),
      annRemains(here('ann', third)),
    ]) {
      expect(await enterRoom(room, request(attempt))).toEqual({
        room,
        told: [],
        outcome: { status: 'stale' },
      });
    }
  });

  it('[R21] is stale also when its secret fits nothing any more', async () => {
    const room = paired(here('ann', { ...third, secrets: ['a4'] }), bob);
    expect((await enterRoom(room, request(2))).outcome).toEqual({ status: 'stale' });
  });

  it('[R21] is not stale because somebody else claims the same client instance, here or gone', async () => {
    const claimed = { me: 'ia', attempt: 1e9 };
    const awayThird = away('ann', graceEnd, third);
    for (const room of [
      paired(awayThird, here('bob', claimed)),
      { ...waiting(awayThird), left: [{ ...claimed, until: graceEnd }] },
    ]) {
      expect((await enterRoom(room, request(4))).outcome).toMatchObject({ status: 'resumed' });
      expect((await enterRoom(room, request(3))).outcome).toEqual({ status: 'stale' });
    }
  });

  it.each([
    ['a later one', request(4)],
    ['one without a number', request(undefined)],
    ["another incarnation's", request(1, 'ib')],
  ])('[R21] %s takes the seat back', async (_what, who) => {
    const { outcome } = await enterRoom(paired(here('ann', third), bob), who);
    expect(outcome).toMatchObject({ status: 'resumed' });
  });
});
