// A seat that is away is given to a newcomer after YIELD_MS, if the node of its connection has found out itself that it is
// gone: the rule, and what a newcomer is answered before that. Whose connection is dead: probe, room-seats-probe.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freeAt } from '../../server/kernel/away.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { dropDead, reclaim, vanish } from '../../server/rooms/room-rules.js';
import type { Room, Seat } from '../../server/rooms/room.js';
import { arrival, enterRoom } from '../support/entering.js';
import { createRoomTable } from '../support/room-table.js';
import {
  ann,
  annRemains,
  away,
  bob,
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

const yieldMs = 5000;

/** Away, and silent for so long. */
const silent = (who: string, silentMs: number, until = graceEnd): Seat => ({
  ...away(who, until, { secrets: [`${who} 1`] }),
  silentSince: now - silentMs,
});

const asks = (room: Room, who = entrant('cy')) => enterRoom(room, who, { yieldMs });
const full = (room: Room, retryInMs?: number) => ({
  room,
  told: [],
  outcome: {
    status: 'full',
    peer: null,
    holders: [room]
      .flatMap((each) => (each.phase === 'paired' ? [each.initiator, each.joiner] : []))
      .flatMap(({ peer, presence }) => (presence === 'here' ? [peer] : [])),
    ...(retryInMs !== undefined && { retryInMs }),
  },
});
const gone = ['peer gone'] as ['peer gone'];
const bye = ['bye', 'Test'] as ['bye', string];
const joins = (other: string | null, events: Parameters<typeof tells>[1]) =>
  tells('cy', events, { link: other });

describe('a newcomer', () => {
  it('[R36] gets the seat of a joiner: the initiator is told that it is gone, and who came', async () => {
    expect(await asks(paired(ann, silent('bob', yieldMs)))).toEqual({
      room: paired(ann, here('cy')),
      told: [
        joins('ann', [
          ['joined', 'Test', 'cy'],
          ['ready', 'Test', {}],
        ]),
        tells('ann', [gone, bye, ...arrival('cy')], { link: 'cy' }),
      ],
      outcome: { status: 'joined', role: 'joiner', peer: { id: 'ann', presence: 'here' } },
    });
  });

  it('[R36] gets the seat of an initiator: the joiner is the initiator now', async () => {
    const { room, told } = await asks(paired(silent('ann', yieldMs), bob));
    expect(room).toEqual(paired(bob, here('cy')));
    expect(told[1]).toEqual(
      tells('bob', [gone, ['created', 'Test', 'bob'], bye, ...arrival('cy')], { link: 'cy' }),
    );
  });

  it('[R36] of two gets the one that has been silent for longer, and meets the other when it is back', async () => {
    for (const [annsMs, bobsMs, stays] of [
      [6000, 5000, 'bob'],
      [5000, 6000, 'ann'],
    ] as const) {
      const { room, outcome, told } = await asks(paired(silent('ann', annsMs), silent('bob', bobsMs)));
      expect(room).toMatchObject({ initiator: { peer: stays, isUnmet: true }, joiner: { peer: 'cy' } });
      expect(outcome).toMatchObject({ status: 'joined', peer: { id: stays, presence: 'away' } });
      expect(told).toEqual([joins(null, [['joined', 'Test', 'cy']])]);
    }
  });

  it.each<[what: string, room: Room, retryInMs: number | undefined]>([
    ['1 ms too early', paired(ann, silent('bob', yieldMs - 1)), 1],
    ['right after the loss', paired(silent('ann', 0), keptBob), yieldMs],
    ['when the first of two is too early', paired(silent('ann', 1000), silent('bob', 3000)), 2000],
    ['while the grace time ends before', paired(ann, silent('bob', 0, now + 700)), 700],
    [
      'that is away, as only its node is gone',
      paired(ann, away('bob', graceEnd, { secrets: ['b1'] })),
      graceMs,
    ],
    ['when nobody is away', paired(keptAnn, keptBob), undefined],
  ])('[R36] is told "full" %s, and when it may ask again', async (_what, room, retryInMs) => {
    expect(await asks(room)).toEqual(full(room, retryInMs));
  });

  it('[R5] [R36] is told "full" while one is leaving', async () => {
    expect((await asks(annRemains(keptAnn))).outcome).toEqual({
      status: 'full',
      peer: null,
      holders: [peerId('ann')],
    });
  });

  it('[R36] with YIELD_MS 0 gets no seat before the grace time is over', async () => {
    const room = paired(ann, silent('bob', 1_000_000));
    expect(await enterRoom(room, entrant('cy'), { yieldMs: 0 })).toEqual(full(room, graceMs));
  });

  it('[R22] [R36] joins an initiator that waits alone, however long it has been away', async () => {
    expect((await asks(waiting(silent('ann', 20_000)))).outcome).toMatchObject({
      status: 'joined',
      peer: { id: 'ann', presence: 'away' },
    });
  });
});

describe('the owner', () => {
  it('[R21] [R36] who is back before a stranger asks again has its seat', async () => {
    const room = paired(ann, silent('bob', 20_000));
    const { outcome } = await asks(room, entrant('bob-2', { seat: 'bob 1' }));
    expect(outcome).toMatchObject({ status: 'resumed', role: 'joiner' });
  });

  it('[R20] [R36] whose seat was yielded enters like any other', async () => {
    const { room } = await asks(paired(ann, silent('bob', yieldMs)));
    expect((await asks(room, entrant('bob-2', { seat: 'bob 1' }))).outcome).toMatchObject({ status: 'full' });
  });
});

describe('only what the node of a connection has found out makes its seat yield', () => {
  const moment = { now, version: 1 };
  const yields = (room: Room): boolean =>
    enter(entrant('cy'), graceMs, 1)(room, { now: now + 10_000, version: 2 }).outcome.status === 'joined';

  it.each<[what: string, room: Room, isYielded: boolean]>([
    [
      'it has found the connection closed',
      vanish(peerId('bob'), graceMs, 0)(paired(ann, keptBob), moment).room,
      true,
    ],
    [
      'it drains, or does not know its client gone',
      vanish(peerId('bob'), graceMs)(paired(ann, keptBob), moment).room,
      false,
    ],
    [
      'its lease has expired',
      dropDead(paired(ann, keptBob), [{ address: 'bob', expiredAt: now }], graceMs, now),
      false,
    ],
  ])('[R27] [R32] [R36] %s', (_what, room, isYielded) => {
    expect(room).toMatchObject({ joiner: { presence: 'away' } });
    expect(yields(room)).toBe(isYielded);
  });

  it('[R33] [R36] a seat that is reclaimed, and lost with its node later, is not yielded', () => {
    const back = reclaim(paired(ann, silent('bob', 8000)), ['bob']);
    expect(back).toEqual(paired(ann, here('bob', { secrets: ['bob 1'] })));
    expect(yields(dropDead(back, [{ address: 'bob', expiredAt: now }], graceMs, now))).toBe(false);
  });
});

it.each([
  [{ until: 100 }, 5, 100],
  [{ until: 100, silentSince: 20 }, 5, 25],
  [{ until: 100, silentSince: 98 }, 5, 100],
  [{ until: 100, silentSince: 20 }, 0, 100],
])('[R36] [U31] %j with YIELD_MS %i is free at %i', (seat, ms, at) => {
  expect(freeAt(seat, ms)).toBe(at);
});

describe('a request to enter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('[R25] [R36] probes everybody inside, and counts how long the dead one has been silent since', async () => {
    const probed: string[] = [];
    const table = createRoomTable(graceMs, {
      yieldMs,
      async probe(address) {
        probed.push(address);
        await new Promise((resolve) => setTimeout(resolve, address === 'ann' ? 3000 : 10));
        return address !== 'ann';
      },
    });
    const [one, two, three] = ['ann', 'bob', 'cy'].map(table.connect);
    await one?.asks('Test', { resume: true, seat: 'a1' });
    await two?.asks('Test', { resume: true, seat: 'b1' });
    const asked = three?.asks('Test', {});
    await vi.advanceTimersByTimeAsync(3000);
    expect(await asked).toMatchObject({ status: 'full', retryInMs: yieldMs - 3000 });
    expect(probed).toEqual(['ann', 'bob']);
    expect(two?.heard.at(-1)).toEqual(['peer away']);
    await table.pass(1999, ['Test']);
    const early = three?.asks('Test', {});
    await vi.advanceTimersByTimeAsync(10);
    expect(await early).toMatchObject({ status: 'full', retryInMs: 1 });
    await table.pass(1, ['Test']);
    expect(await three?.asks('Test', {})).toMatchObject({ status: 'joined', peer: { id: 'bob' } });
    expect(two?.heard.map(([event]) => event).slice(3, 6)).toEqual(['peer gone', 'created', 'bye']);
    table.close();
  });
});
