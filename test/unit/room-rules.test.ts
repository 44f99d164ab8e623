// The rules of a room as a table: every phase, every event, the whole decision.
import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  emptyRoom,
  enter,
  sayBye,
  vanish,
  type Decision,
  type PeerId,
  type Room,
  type RoomRule,
  type Seat,
} from '../../server/rooms/room-rules.js';

const ann = seat('ann', 'Test');
const bob = seat('bob', 'Test');
const cy = seat('cy', 'Test');

const waiting: Room = { phase: 'waiting', initiator: ann };
const paired: Room = { phase: 'paired', initiator: ann, joiner: bob };
const annRemains: Room = { phase: 'parting', remaining: ann, role: 'initiator' };
const bobRemains: Room = { phase: 'parting', remaining: bob, role: 'joiner' };

interface Row {
  fact: string;
  room: Room;
  rule: RoomRule<unknown>;
  decision: Decision<unknown>;
}

describe('entering', () => {
  const rows: Row[] = [
    {
      fact: '[R3] the first in an empty room is its initiator',
      room: emptyRoom,
      rule: enter(ann),
      decision: {
        room: waiting,
        notices: [{ to: ann.peer, events: [['created', 'Test', 'ann']], link: null }],
        outcome: { status: 'created', role: 'initiator', peer: null },
      },
    },
    {
      fact: '[R4] the second joins: the joiner is told first, then the initiator, then both are ready',
      room: waiting,
      rule: enter(bob),
      decision: {
        room: paired,
        notices: [
          { to: bob.peer, events: [['joined', 'Test', 'bob']], link: ann.peer },
          {
            to: ann.peer,
            events: [
              ['remotePeerJoining', 'Test'],
              ['join', 'Test'],
              ['broadcast: joined', 'S --> broadcast(): client bob joined channel Test'],
              ['ready', 'Test', {}],
            ],
            link: bob.peer,
          },
          { to: bob.peer, events: [['ready', 'Test', {}]] },
        ],
        outcome: { status: 'joined', role: 'joiner', peer: { id: 'ann', presence: 'here' } },
      },
    },
    {
      fact: '[R1] [R6] each hears the name as it wrote it, and the incarnation of the other',
      room: { phase: 'waiting', initiator: { ...seat('ann', 'cafe\u0301'), me: 'a1' } },
      rule: enter({ ...seat('bob', 'caf\u00e9'), me: 'b1' }),
      decision: {
        room: {
          phase: 'paired',
          initiator: { ...seat('ann', 'cafe\u0301'), me: 'a1' },
          joiner: { ...seat('bob', 'caf\u00e9'), me: 'b1' },
        },
        notices: [
          { to: bob.peer, events: [['joined', 'caf\u00e9', 'bob']], link: ann.peer },
          {
            to: ann.peer,
            events: [
              ['remotePeerJoining', 'cafe\u0301'],
              ['join', 'cafe\u0301'],
              ['broadcast: joined', 'S --> broadcast(): client bob joined channel cafe\u0301'],
              ['ready', 'cafe\u0301', { me: 'b1' }],
            ],
            link: bob.peer,
          },
          { to: bob.peer, events: [['ready', 'caf\u00e9', { me: 'a1' }]] },
        ],
        outcome: { status: 'joined', role: 'joiner', peer: { id: 'ann', me: 'a1', presence: 'here' } },
      },
    },
    ...[paired, annRemains, bobRemains].map((room) => ({
      fact: `[R5] the third hears full while the room is ${room.phase}, and changes nothing`,
      room,
      rule: enter(cy),
      decision: {
        room,
        notices: [{ to: cy.peer, events: [['full', 'Test'] as ['full', string]] }],
        outcome: { status: 'full', peer: null },
      },
    })),
    again('the initiator who waits', waiting, ann, 'created', null),
    again('the initiator of a pair', paired, ann, 'created', bob),
    again('the joiner of a pair', paired, bob, 'joined', ann),
    again('the initiator who remains', annRemains, ann, 'created', null),
    again('the joiner who remains', bobRemains, bob, 'joined', null),
  ];

  it.each(rows)('$fact', ({ room, rule, decision }) => {
    expect(rule(room)).toEqual(decision);
  });
});

describe('leaving', () => {
  const nothing = (room: Room): Decision => ({ room, notices: [], outcome: undefined });
  const free = (peer: PeerId): Decision => ({
    room: emptyRoom,
    notices: [{ to: peer, events: [], link: null, ends: true }],
    outcome: undefined,
  });
  const parting = (remaining: Seat, gone: Seat, room: Room): Decision => ({
    room,
    notices: [
      { to: remaining.peer, events: [['Bye', { reason: 'said' }]], link: null, awaitsAck: true },
      { to: gone.peer, events: [], link: null, ends: true },
    ],
    outcome: undefined,
  });
  const alone = (room: Room, events: Decision['notices'][number]['events'], who: Seat): Decision => ({
    room,
    notices: [{ to: who.peer, events, link: null }],
    outcome: undefined,
  });

  const rows: Row[] = [
    row('[R10] the initiator says Bye', paired, sayBye(ann.peer), parting(bob, ann, bobRemains)),
    row('[R10] the joiner says Bye', paired, sayBye(bob.peer), parting(ann, bob, annRemains)),
    row('[R10] Bye while alone frees the room', waiting, sayBye(ann.peer), free(ann.peer)),
    row('[R11] the second of two crossing Byes is an Ack', bobRemains, sayBye(bob.peer), free(bob.peer)),
    row('[R11] the Ack of the joiner frees the room', bobRemains, acknowledge(bob.peer), free(bob.peer)),
    row('[R11] the Ack of the initiator frees the room', annRemains, acknowledge(ann.peer), free(ann.peer)),
    row('[R13] the joiner vanishes: the initiator stays', paired, vanish(bob.peer), {
      ...alone(waiting, [['peer gone'], ['bye', 'Test']], ann),
    }),
    row('[R13] the initiator vanishes: the joiner takes its place', paired, vanish(ann.peer), {
      ...alone(
        { phase: 'waiting', initiator: bob },
        [['peer gone'], ['created', 'Test', 'bob'], ['bye', 'Test']],
        bob,
      ),
    }),
    row('[R13] the lonely one vanishes', waiting, vanish(ann.peer), nothing(emptyRoom)),
    row('[R13] the one who remains vanishes', bobRemains, vanish(bob.peer), nothing(emptyRoom)),
    ...[waiting, paired].map((room) =>
      row(`[R11] an Ack without a Bye, ${room.phase}`, room, acknowledge(ann.peer), nothing(room)),
    ),
    ...[emptyRoom, waiting, paired, annRemains].flatMap((room) => [
      row(`[R10] a stranger says Bye, ${room.phase}`, room, sayBye(cy.peer), nothing(room)),
      row(`[R11] a stranger says Ack, ${room.phase}`, room, acknowledge(cy.peer), nothing(room)),
      row(`[R13] a stranger vanishes, ${room.phase}`, room, vanish(cy.peer), nothing(room)),
    ]),
    row('[R11] who has said Bye cannot say Ack for the other', annRemains, acknowledge(bob.peer), {
      ...nothing(annRemains),
    }),
    row('[R13] who has said Bye and is gone takes nobody along', annRemains, vanish(bob.peer), {
      ...nothing(annRemains),
    }),
  ];

  it.each(rows)('$fact', ({ room, rule, decision }) => {
    expect(rule(room)).toEqual(decision);
  });
});

function seat(peer: string, channel: string): Seat {
  return { peer: peer as PeerId, channel };
}

function row(fact: string, room: Room, rule: RoomRule<unknown>, decision: Decision<unknown>): Row {
  return { fact, room, rule, decision };
}

/** [R2] the same answer again, and nothing else. */
function again(who: string, room: Room, own: Seat, status: 'created' | 'joined', other: Seat | null): Row {
  return {
    fact: `[R2] ${who} asks again and hears the same answer`,
    room,
    rule: enter({ ...own, channel: 'another spelling' }),
    decision: {
      room,
      notices: [{ to: own.peer, events: [[status, 'Test', own.peer]] }],
      outcome: {
        status,
        role: status === 'created' ? 'initiator' : 'joiner',
        peer: other && { id: other.peer, presence: 'here' },
      },
    },
  };
}
