// A peer that gives its seat up, by its own connection or with its resume token on another one: the rule, and the answer.
import { describe, expect, it } from 'vitest';
import { leave } from '../../server/rooms/room-rules.js';
import { emptyRoom, type Room, type Seat } from '../../server/rooms/room.js';
import type { LeaveAnswer } from '../../server/protocol/room-events.js';
import { arrival, enterRoom } from '../support/entering.js';
import { decide, type Act, type Told } from '../support/room-decisions.js';
import { createRoomTable, type TablePeer } from '../support/room-table.js';
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
  graceMs,
  hash,
  here,
  keptAnn,
  keptBob,
  now,
  paired,
  peerId,
  tells,
  waiting,
} from '../support/seats.js';

const numbers = { me: 'ia', attempt: 5 };
const countedAnn = here('ann', { secrets: ['a1', 'a2'], ...numbers });
const countedAwayAnn = away('ann', graceEnd, { secrets: ['a1', 'a2'], ...numbers });

const leaves = (who: string, request: object = {}): Act<'left' | 'none' | 'stale'> => ({
  rule: leave({ peer: peerId(who), ...request }, graceMs),
});
/** On a connection that has no seat. */
const leavesAgain = (secret: string, request: object = {}): Act<'left' | 'none' | 'stale'> =>
  leaves('ann-2', { token: hash(secret), ...request });
const afterLeaving = (room: Room, attempt: number, me = 'ia'): Room => ({
  ...room,
  left: [{ me, attempt, until: graceEnd }],
});
const gone = (who: string, wasJoiner: boolean) =>
  tells(who, [
    ['peer gone'],
    ...(wasJoiner ? [['created', 'Test', who] as ['created', string, string]] : []),
    ['bye', 'Test'],
  ]);

describe('the seat of this connection', () => {
  const awayBob = away('bob', graceEnd, { secrets: ['b1'] });
  it.each<[fact: string, room: Room, who: string, becomes: Room, told: Told[]]>([
    [
      'the initiator leaves: the joiner waits for the next',
      paired(ann, bob),
      'ann',
      waiting(bob),
      [ends('ann'), gone('bob', true)],
    ],
    [
      'the joiner leaves: the initiator waits for the next',
      paired(ann, bob),
      'bob',
      waiting(ann),
      [gone('ann', false), ends('bob')],
    ],
    ['who is alone leaves an empty room', waiting(ann), 'ann', emptyRoom, [ends('ann')]],
    [
      'a seat with a resume token is free at once, and its token is not answered "ended" later',
      paired(keptAnn, keptBob),
      'ann',
      waiting(keptBob),
      [ends('ann'), gone('bob', true)],
    ],
    [
      'the seat of a peer that is away stays',
      paired(keptAnn, awayBob),
      'ann',
      waiting(awayBob),
      [ends('ann')],
    ],
    ['counts as Ack', bobRemains(), 'bob', emptyRoom, [ends('bob')]],
    [
      'after the Bye of the other its token is remembered, as after an Ack',
      annRemains(keptAnn),
      'ann',
      afterBye(emptyRoom, [['a1']]),
      [ends('ann')],
    ],
  ])('[R35] %s', async (_fact, room, who, becomes, told) => {
    const decision = await decide(room, leaves(who));
    expect({ ...decision, told: sorted(decision.told) }).toEqual({
      room: becomes,
      told: sorted(told),
      outcome: 'left',
    });
  });

  it.each([
    ['the number of the leave', { ...numbers, attempt: 7 }, 7],
    ['the number of the seat, if the leave has none', {}, 5],
    ['the number of the seat, if that is higher', { ...numbers, attempt: 3 }, 5],
    ['the number of the seat, if the leave is of another client instance', { me: 'ix', attempt: 9 }, 5],
  ])('[R35] remembers %s', async (_what, request, attempt) => {
    const { room } = await decide(paired(countedAnn, bob), leaves('ann', request));
    expect(room).toEqual(afterLeaving(waiting(bob), attempt));
  });
});

describe('on another connection, with a resume token', () => {
  it.each(['a1', 'a2'])(
    '[R35] %s gives the seat up, and the old connection is disconnected',
    async (secret) => {
      const { room, told, outcome } = await decide(
        paired(countedAnn, bob),
        leavesAgain(secret, { ...numbers, attempt: 6 }),
      );
      expect({ room, outcome }).toEqual({ room: afterLeaving(waiting(bob), 6), outcome: 'left' });
      expect(sorted(told)).toEqual(sorted([ends('ann'), gone('bob', true)]));
    },
  );

  it('[R35] also a seat that is away', async () => {
    expect(await decide(paired(countedAwayAnn, bob), leavesAgain('a1', { ...numbers, attempt: 6 }))).toEqual({
      room: afterLeaving(waiting(bob), 6),
      outcome: 'left',
      told: [gone('bob', true)],
    });
  });

  it.each([
    ['a token that matches nothing', paired(countedAnn, bob), 'x1'],
    ['a room that is empty', emptyRoom, 'a1'],
    ['the token of a seat that has been given up', afterLeaving(waiting(bob), 5), 'a1'],
  ])('[R35] nothing happens with %s', async (_what, room, secret) => {
    expect(await decide(room, leavesAgain(secret, { ...numbers, attempt: 6 }))).toEqual({
      room,
      outcome: 'none',
      told: [],
    });
  });

  it.each([
    ['of the request that was granted', 5, 'stale'],
    ['of an earlier one', 4, 'stale'],
    ['of a later one', 6, 'left'],
  ])('[R35] the number %s', async (_what, attempt, outcome) => {
    const room = paired(countedAnn, bob);
    const decision = await decide(room, leavesAgain('a1', { ...numbers, attempt }));
    expect(decision.outcome).toBe(outcome);
    if (outcome === 'stale') expect(decision).toMatchObject({ room, told: [] });
  });
});

describe('a request to enter after a leave', () => {
  const left = afterLeaving(waiting(bob), 7);
  const asks = (attempt: number, me = 'ia') => entrant('ann-2', { seat: 'a1', me, attempt });

  it.each([6, 7])('[R35] number %i after number 7 arrives late', async (attempt) => {
    expect(await enterRoom(left, asks(attempt))).toEqual({
      room: left,
      told: [],
      outcome: { status: 'stale' },
    });
  });

  it.each([
    ['a higher number', asks(8)],
    ['another client instance', asks(1, 'ib')],
    ['a client that does not count', entrant('ann-2', { seat: 'a1' })],
  ])('[R35] %s enters like any other', async (_what, who) => {
    const { told, outcome } = await enterRoom(left, who);
    expect(outcome).toMatchObject({ status: 'joined', role: 'joiner' });
    expect(told.find(({ to }) => to === 'bob')?.events.map(([event]) => event)).toEqual(
      arrival('ann-2').map(([event]) => event),
    );
  });

  it('[R35] is late until the grace time is over', async () => {
    expect((await enterRoom(left, asks(7), { now: graceEnd - 1 })).outcome).toEqual({ status: 'stale' });
    const late = await enterRoom(left, asks(7), { now: graceEnd });
    expect(late.outcome).toMatchObject({ status: 'joined' });
    expect(late.room).not.toHaveProperty('left');
  });

  it('[R35] of those that have left the newest 16 are remembered, each once', () => {
    let room: Room = emptyRoom;
    for (const turn of [1, 2, 3, 1, ...Array.from({ length: 15 }, (_, index) => index + 4)]) {
      const seat: Seat = here('ann', { me: `i${turn}`, attempt: 1 });
      room = leave({ peer: peerId('ann') }, graceMs)({ ...room, ...waiting(seat) }, { now, version: 1 }).room;
    }
    expect(room.left?.map(({ me }) => me)).toEqual(
      [1, ...Array.from({ length: 15 }, (_, index) => index + 4)].map((turn) => `i${turn}`),
    );
  });
});

describe('what is answered', () => {
  async function answer(who: TablePeer, ...args: unknown[]): Promise<LeaveAnswer[]> {
    const answers: LeaveAnswer[] = [];
    await who.says('leave', ...args, (given: LeaveAnswer) => answers.push(given));
    return answers;
  }

  it('[R35] left, and the connection is over; without a function nothing is answered', async () => {
    const table = createRoomTable(graceMs);
    const [one, two] = [table.connect('ann'), table.connect('bob')];
    await one.asks('red', {});
    await two.asks('red', {});
    expect(await answer(one, 'red', null)).toEqual([{ status: 'left' }]);
    expect(one.isOver()).toBe(true);
    await two.says('leave', 'red');
    expect(two.isOver()).toBe(true);
    expect(two.heard.slice(2).map(([event]) => event)).toEqual(['peer gone', 'created', 'bye']);
    expect(table.seatsIn('red')).toEqual([]);
    table.close();
  });

  it.each<[what: string, args: unknown[], code: string]>([
    ['another channel', ['blue'], 'wrong-channel'],
    ['no channel name', [7], 'bad-channel'],
    ['a text for options', ['red', 'x'], 'bad-options'],
    ['a text after the options', ['red', {}, 'x'], 'bad-ack'],
  ])('[R35] with %s it is refused, and nothing happens', async (_what, args, code) => {
    const table = createRoomTable(graceMs);
    const one = table.connect('ann');
    await one.asks('red', {});
    expect(await answer(one, ...args)).toMatchObject([{ status: 'refused', code }]);
    expect(one.heard.slice(1)).toEqual([['refused', 'leave', code]]);
    expect(table.seatsIn('red')).toEqual(['ann']);
    table.close();
  });

  it('[R35] without a seat and a token it is refused; with a token it is left, whatever the token', async () => {
    const table = createRoomTable(graceMs);
    const [one, two] = [table.connect('ann'), table.connect('ann-2')];
    await one.asks('red', { resume: true, seat: 'a1', me: 'ia', attempt: 5 });
    expect(await answer(two, 'red', { me: 'ia', attempt: 6 })).toMatchObject([{ code: 'no-seat' }]);
    expect(await answer(two, 'red', { seat: 'a1', me: 'ia', attempt: 5 })).toMatchObject([{ code: 'stale' }]);
    for (let turn = 6; turn < 9; turn++) {
      expect(await answer(two, 'red', { seat: 'a1', me: 'ia', attempt: turn })).toEqual([{ status: 'left' }]);
      expect(one.isOver()).toBe(true);
    }
    expect(two.isOver()).toBe(false);
    expect((await two.asks('red', { me: 'ia', attempt: 9 })).status).toBe('created');
    table.close();
  });
});

const sorted = <Item extends { to: string }>(told: readonly Item[]): Item[] =>
  [...told].sort((one, other) => one.to.localeCompare(other.to));
