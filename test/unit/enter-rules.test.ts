// Entering a room for the first time, and asking again, in every phase: the whole decision.
import { describe, expect, it } from 'vitest';
import { enter } from '../../server/rooms/enter-rules.js';
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
  now,
  paired,
  peerId,
  tells,
  waiting,
} from '../support/seats.js';
import { arrival, expectDecision, type Entering } from '../support/entering.js';

const awayAnn = away('ann', graceEnd, { secrets: ['a1', 'a2'] });
const awayBob = away('bob', graceEnd, { secrets: ['b1'] });

describe('for the first time', () => {
  const cases: Entering[] = [
    {
      fact: '[R3] the first in an empty room is its initiator',
      room: emptyRoom,
      who: entrant('ann'),
      becomes: waiting(ann),
      notices: [tells('ann', [['created', 'Test', 'ann']], { link: null })],
      outcome: { status: 'created', role: 'initiator', peer: null },
    },
    {
      fact: '[R4] the second joins: the joiner is told first, then the initiator, then both are ready',
      room: waiting(ann),
      who: entrant('bob'),
      becomes: paired(ann, bob),
      notices: [
        tells('bob', [['joined', 'Test', 'bob']], { link: peerId('ann') }),
        tells('ann', arrival('bob'), { link: peerId('bob') }),
        tells('bob', [['ready', 'Test', {}]]),
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
      notices: [
        tells('bob', [['joined', 'caf\u00e9', 'bob']], { link: peerId('ann') }),
        tells('ann', arrival('bob', { me: 'ib' }, 'cafe\u0301'), { link: peerId('bob') }),
        tells('bob', [['ready', 'caf\u00e9', { me: 'ia' }]]),
      ],
      outcome: { status: 'joined', role: 'joiner', peer: { id: 'ann', me: 'ia', presence: 'here' } },
    },
    {
      fact: '[R20] [R21] both secrets are kept, and the number of the request',
      room: emptyRoom,
      who: entrant('ann', { seat: 'a1', next: 'a2', me: 'ia', attempt: 1 }),
      becomes: waiting(here('ann', { secrets: ['a1', 'a2'], me: 'ia', attempt: 1 })),
      notices: [tells('ann', [['created', 'Test', 'ann']], { link: null })],
      outcome: { status: 'created', role: 'initiator', peer: null },
    },
    {
      fact: '[R23] a newcomer is paired with an initiator who is away, and hears that it is',
      room: waiting(awayAnn),
      who: entrant('bob'),
      becomes: paired({ ...awayAnn, isUnmet: true }, bob),
      notices: [tells('bob', [['joined', 'Test', 'bob']], { link: null })],
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

  it.each(repeats)('[R2] %s hears the same answer', (_who, room, own, status, other) => {
    const again = entrant(own.peer, {
      channel: 'another spelling',
      seat: 'x1',
      next: 'x2',
      me: 'ix',
      attempt: 9,
    });
    expect(enter(again, graceMs)(room, now)).toEqual({
      room,
      notices: [tells(own.peer, [[status, 'Test', own.peer]])],
      outcome: {
        status,
        role: status === 'created' ? 'initiator' : 'joiner',
        peer: other && { id: other.peer, presence: other.presence },
      },
    });
  });
});

/** [R5] [R25] nothing changes; those who are here without a secret are named, so that a dead one can be evicted. */
function full(room: Room): Entering {
  const unclaimed = ['ann', 'bob'].filter((who) => {
    const seats =
      room.phase === 'paired'
        ? [room.initiator, room.joiner]
        : room.phase === 'parting'
          ? [room.remaining]
          : [];
    return seats.some((seat) => seat.peer === who && seat.presence === 'here' && seat.secrets === undefined);
  });
  return {
    fact: `[R5] [R25] the third hears full while the room is ${room.phase}, with ${unclaimed.length} to look after`,
    room,
    who: entrant('cy'),
    becomes: room,
    outcome: { status: 'full', peer: null, unclaimed: unclaimed.map(peerId) },
  };
}
