// What time does to a room: seats that run out, pages that leave, and the next moment at which one has to look. [R22] [R26]
import { describe, expect, it } from 'vitest';
import { sayBye } from '../../server/rooms/room-rules.js';
import { decided, emptyRoom, nextDeadline, type Room } from '../../server/rooms/room.js';
import { arrival, enterRoom } from '../support/entering.js';
import { decide, type Act } from '../support/room-decisions.js';
import {
  afterBye,
  announces,
  annRemains,
  away,
  becomes,
  bob,
  entrant,
  everyRoom,
  graceEnd,
  graceMs,
  hash,
  here,
  keptAnn,
  keptBob,
  nothing,
  now,
  paired,
  peerId,
  row,
  tells,
  waiting,
  type Row,
} from '../support/seats.js';

/** Somebody looks at the room. */
const look: Act = { rule: (room) => decided(room) };

const later = now + 10;
const awayAnn = away('ann', now, { secrets: ['a1'] });
const awayBob = away('bob', now, { secrets: ['b1'] });
const gone = ['peer gone'] as ['peer gone'];
const bye = ['bye', 'Test'] as ['bye', string];

describe('time runs out', () => {
  const rows: Row[] = [
    row('[R22] for the joiner: the initiator hears it', paired(keptAnn, awayBob), look, {
      ...becomes(waiting(keptAnn), tells('ann', [gone, bye])),
    }),
    row('[R22] for the initiator: the joiner hears it and is the initiator', paired(awayAnn, bob), look, {
      ...becomes(waiting(bob), tells('bob', [gone, ['created', 'Test', 'bob'], bye])),
    }),
    row('[R22] for one who waited away', waiting(awayAnn), look, nothing(emptyRoom)),
    row('[R22] for both at once', paired(awayAnn, awayBob), look, nothing(emptyRoom)),
    row(
      '[R22] for the first of two: the second keeps its seat',
      paired(awayAnn, { ...awayBob, until: later }),
      look,
      {
        ...nothing(waiting({ ...awayBob, until: later })),
      },
    ),
    row(
      '[R22] for the second of two: the first keeps its seat',
      paired({ ...awayAnn, until: later }, awayBob),
      look,
      {
        ...nothing(waiting({ ...awayAnn, until: later })),
      },
    ),
    row(
      '[R23] for an initiator whom its joiner has not met',
      paired({ ...awayAnn, isUnmet: true }, bob),
      look,
      {
        ...becomes(waiting(bob), tells('bob', [gone, ['created', 'Test', 'bob'], bye])),
      },
    ),
    row(
      '[R24] for ended seats, one by one',
      afterTwoByes(),
      look,
      nothing(afterBye(emptyRoom, [['b1']], later)),
    ),
    row('[R24] for the last ended seat', afterBye(annRemains(), [['b1']], now), look, nothing(annRemains())),
  ];

  it.each(rows)('$fact', async ({ room, act, decision }) => {
    expect(await decide(room, act)).toEqual(decision);
  });

  it.each(Object.entries(everyRoom))(
    '[R22] one ms before the end nothing happens, %s',
    async (_phase, room) => {
      expect(await decide(room, look, { now: graceEnd - 1 })).toEqual(nothing(room));
    },
  );

  it('[R22] any rule meets the room as time has left it, and tells of that first', async () => {
    const { room, told, outcome } = await enterRoom(paired(awayAnn, bob), entrant('cy'));
    expect(room).toEqual(paired(bob, here('cy')));
    expect(outcome).toMatchObject({ status: 'joined' });
    expect(told).toEqual([
      tells(
        'cy',
        [
          ['joined', 'Test', 'cy'],
          ['ready', 'Test', {}],
        ],
        { link: 'bob' },
      ),
      tells('bob', [gone, ['created', 'Test', 'bob'], bye, ...arrival('cy')], { link: 'cy' }),
    ]);
  });

  it('[R22] a secret that comes too late enters like anybody', async () => {
    const back = entrant('ann-2', { seat: 'a1' });
    const { outcome } = await enterRoom(paired(awayAnn, bob), back);
    expect(outcome).toMatchObject({ status: 'joined', role: 'joiner' });
    expect((await enterRoom(waiting(awayAnn), back)).outcome).toMatchObject({ status: 'created' });
  });

  it('[R24] a Bye is remembered for GRACE_MS and no longer', async () => {
    const { room } = await decide(waiting(keptAnn), { rule: sayBye(peerId('ann'), graceMs), asker: 'ann' });
    const back = entrant('ann-2', { seat: 'a1' });
    const outcomeAt = async (time: number) => (await enterRoom(room, back, { now: time })).outcome;
    expect(await outcomeAt(graceEnd - 1)).toEqual({ status: 'ended' });
    expect(await outcomeAt(graceEnd)).toMatchObject({ status: 'created' });
  });
});

describe('a page that says that it is closing', () => {
  const rows: Row[] = [
    row('[R26] keeps its seat while it is here', paired(keptAnn, keptBob), announces('b1'), {
      ...nothing(paired(keptAnn, { ...keptBob, leavingAt: now })),
    }),
    row(
      '[R26] shortens the grace of one who is away already',
      waiting(away('ann', graceEnd, { secrets: ['a1'] })),
      announces('a1'),
      {
        ...nothing(waiting(away('ann', now + 5000, { secrets: ['a1'] }))),
      },
    ),
    row(
      '[R26] never makes it longer',
      waiting(away('ann', now + 100, { secrets: ['a1'] })),
      announces('a1'),
      {
        ...nothing(waiting(away('ann', now + 100, { secrets: ['a1'] }))),
      },
    ),
    row('[R26] may name its next secret', waiting(here('ann', { secrets: ['a1', 'a2'] })), announces('a2'), {
      ...nothing(waiting(here('ann', { secrets: ['a1', 'a2'], leavingAt: now }))),
    }),
    row('[R26] changes nothing for who remains', annRemains(keptAnn), announces('a1'), {
      ...nothing(annRemains({ ...keptAnn, leavingAt: now })),
    }),
  ];

  it.each(rows)('$fact', async ({ room, act, decision }) => {
    expect(await decide(room, act)).toEqual(decision);
  });

  it('[R26] a reload that comes back wipes it out', async () => {
    const leaving = waiting(here('ann', { secrets: ['a1'], leavingAt: now }));
    const { room } = await enterRoom(leaving, entrant('ann-2', { seat: 'a1' }), { now: later });
    expect(room).toEqual(waiting(here('ann-2', { secrets: ['a1'] })));
  });
});

describe('the next moment to look', () => {
  const rows: [fact: string, room: Room, deadline: number | undefined][] = [
    ['none while everybody is here', paired(keptAnn, bob), undefined],
    ['none in an empty room', emptyRoom, undefined],
    ['the end of the one who is away', paired(keptAnn, awayBob), now],
    ['the earlier of two', paired({ ...awayAnn, until: later }, awayBob), now],
    ['the first ended seat', afterTwoByes(), now],
    [
      'the earliest of seats and ended ones',
      { ...waiting({ ...awayAnn, until: now - 1 }), ...afterByes() },
      now - 1,
    ],
  ];

  it.each(rows)('[R22] %s', (_fact, room, deadline) => {
    expect(nextDeadline(room)).toBe(deadline);
  });
});

function afterByes() {
  return {
    ended: [
      { secrets: [hash('a1')], until: now },
      { secrets: [hash('b1')], until: later },
    ],
  };
}

function afterTwoByes(): Room {
  return { ...emptyRoom, ...afterByes() };
}
