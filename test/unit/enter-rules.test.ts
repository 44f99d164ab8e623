// Entering a room for the first time, and asking again, in every phase: the whole decision.
import { describe, expect, it } from 'vitest';
import { emptyRoom, type Room, type Seat } from '../../server/rooms/room.js';
import {
  ann,
  annRemains,
  away,
  bob,
  bobRemains,
  entrant,
  graceEnd,
  graceMs,
  here,
  keptAnn,
  keptBob,
  paired,
  peerId,
  tells,
  waiting,
} from '../support/seats.js';
import { arrival, enterRoom, expectDecision, type Entering } from '../support/entering.js';
import { createRoomTable, type TablePeer } from '../support/room-table.js';

const awayAnn = away('ann', graceEnd, { secrets: ['a1', 'a2'] });
const awayBob = away('bob', graceEnd, { secrets: ['b1'] });

describe('for the first time', () => {
  const cases: Entering[] = [
    {
      fact: '[R3] the first in an empty room is its initiator',
      room: emptyRoom,
      who: entrant('ann'),
      becomes: waiting(ann),
      told: [tells('ann', [['created', 'Test', 'ann']])],
      outcome: { status: 'created', role: 'initiator', peer: null },
    },
    {
      fact: '[R4] the second joins: the joiner is told first, then the initiator, and both are ready',
      room: waiting(ann),
      who: entrant('bob'),
      becomes: paired(ann, bob),
      told: [
        tells(
          'bob',
          [
            ['joined', 'Test', 'bob'],
            ['ready', 'Test', {}],
          ],
          { link: 'ann' },
        ),
        tells('ann', arrival('bob'), { link: 'bob' }),
      ],
      outcome: { status: 'joined', role: 'joiner', peer: { id: 'ann', presence: 'here' } },
    },
    {
      fact: '[R1] [R6] each hears the name as it wrote it, and the incarnation of the other',
      room: waiting(here('ann', { channel: 'cafe\u0301', me: 'ia' })),
      who: entrant('bob', { channel: 'caf\u00e9', me: 'ib' }),
      becomes: paired(
        here('ann', { channel: 'cafe\u0301', me: 'ia' }),
        here('bob', { channel: 'caf\u00e9', me: 'ib' }),
      ),
      told: [
        tells(
          'bob',
          [
            ['joined', 'caf\u00e9', 'bob'],
            ['ready', 'caf\u00e9', { me: 'ia' }],
          ],
          { link: 'ann' },
        ),
        tells('ann', arrival('bob', { me: 'ib' }, 'cafe\u0301'), { link: 'bob' }),
      ],
      outcome: { status: 'joined', role: 'joiner', peer: { id: 'ann', me: 'ia', presence: 'here' } },
    },
    {
      fact: '[R20] [R21] both secrets are kept, and the number of the request',
      room: emptyRoom,
      who: entrant('ann', { seat: 'a1', next: 'a2', me: 'ia', attempt: 1 }),
      becomes: waiting(here('ann', { secrets: ['a1', 'a2'], me: 'ia', attempt: 1 })),
      told: [tells('ann', [['created', 'Test', 'ann']])],
      outcome: { status: 'created', role: 'initiator', peer: null },
    },
    {
      fact: '[R23] a newcomer is paired with an initiator who is away, and hears that it is',
      room: waiting(awayAnn),
      who: entrant('bob'),
      becomes: paired({ ...awayAnn, isUnmet: true }, bob),
      told: [tells('bob', [['joined', 'Test', 'bob']])],
      outcome: { status: 'joined', role: 'joiner', peer: { id: 'ann', presence: 'away' } },
    },
    ...[paired(ann, bob), paired(ann, keptBob), paired(keptAnn, keptBob), paired(keptAnn, awayBob)].map(full),
    ...[annRemains(), bobRemains(), bobRemains(keptBob)].map(full),
  ];

  it.each(cases)('$fact', expectDecision);
});

describe('asking again on the same connection', () => {
  const repeats: [who: string, room: Room, own: Seat, status: 'created' | 'joined', other: Seat | null][] = [
    ['the initiator who waits', waiting(ann), ann, 'created', null],
    ['the initiator of a pair', paired(ann, bob), ann, 'created', bob],
    ['the joiner of a pair', paired(ann, bob), bob, 'joined', ann],
    ['the joiner whose other is away', paired(awayAnn, bob), bob, 'joined', awayAnn],
    ['the initiator who remains', annRemains(), ann, 'created', null],
    ['the joiner who remains', bobRemains(), bob, 'joined', null],
  ];

  it.each(repeats)(
    '[R2] %s is given the same answer, and nobody is told anything',
    async (_who, room, own, status, other) => {
      const again = entrant(own.peer, {
        channel: 'another spelling',
        seat: 'x1',
        next: 'x2',
        me: 'ix',
        attempt: 9,
      });
      expect(await enterRoom(room, again)).toEqual({
        room,
        told: [],
        outcome: {
          status,
          role: status === 'created' ? 'initiator' : 'joiner',
          peer: other && { id: other.peer, presence: other.presence },
        },
      });
    },
  );

  const [written, writtenAgain] = ['cafe\u0301', 'caf\u00e9'];
  type Play = (ann: TablePeer, bob: TablePeer) => Promise<unknown>;
  const pairUp: Play = async (ann, bob) => {
    await ann.asks(written, { resume: true, seat: 'a1' });
    await bob.asks(written, {});
  };
  const plays: [who: string, play: Play, asks: 'ann' | 'bob', event: string][] = [
    ['the initiator who waits', (ann) => ann.asks(written, {}), 'ann', 'created'],
    ['the initiator of a pair', pairUp, 'ann', 'created'],
    ['the joiner of a pair', pairUp, 'bob', 'joined'],
    ['the joiner whose other is away', (ann, bob) => pairUp(ann, bob).then(ann.vanishes), 'bob', 'joined'],
    [
      'the initiator who remains',
      (ann, bob) => pairUp(ann, bob).then(() => bob.says('Bye', written)),
      'ann',
      'created',
    ],
    [
      'the joiner who remains',
      (ann, bob) => pairUp(ann, bob).then(() => ann.says('Bye', written)),
      'bob',
      'joined',
    ],
  ];

  it.each(plays)(
    '[R2] %s hears the first answer again, with the name as it wrote it then',
    async (_who, play, who, event) => {
      const table = createRoomTable(graceMs);
      const peers = { ann: table.connect('ann'), bob: table.connect('bob') };
      await play(peers.ann, peers.bob);
      const heardBefore = peers[who].heard.length;
      await peers[who].asks(writtenAgain, {});
      table.close();
      expect(peers[who].heard.slice(heardBefore)).toEqual([[event, written, who]]);
    },
  );
});

/** [R5] [R25] nothing changes; those who are here are named, so that they can be probed. */
function full(room: Room): Entering {
  const isAway = room.phase === 'paired' && room.joiner.presence === 'away';
  const wait = isAway ? { retryInMs: graceMs } : {};
  const holders = ['ann', 'bob'].filter((who) => {
    const seats =
      room.phase === 'paired'
        ? [room.initiator, room.joiner]
        : room.phase === 'parting'
          ? [room.remaining]
          : [];
    return seats.some((seat) => seat.peer === who && seat.presence === 'here');
  });
  return {
    fact: `[R5] [R25] the third is answered full while the room is ${room.phase}, with ${holders.length} to probe`,
    room,
    who: entrant('cy'),
    becomes: room,
    outcome: { status: 'full', peer: null, holders: holders.map(peerId), ...wait },
  };
}
