// A coordinator whose store fails, whose records cannot be parsed, or whose node has lost its lease, on a clock that the
// test moves: what is reconciled, what is tried again, and what is never granted.
import { describe, expect, it, vi } from 'vitest';
import { UnreadableRecord } from '../../server/kernel/record-store.js';
import { createEnterHandler } from '../../server/rooms/enter-handler.js';
import { onRoom } from '../../server/rooms/room-domain.js';
import { vanish } from '../../server/rooms/room-rules.js';
import { decided, type RoomRule } from '../../server/rooms/room.js';
import { createFailureLimiter } from '../../server/transport/failure-limiter.js';
import type { EnterAnswer } from '../../server/protocol/room-events.js';
import { arrival } from '../support/entering.js';
import { levels } from '../support/log-book.js';
import { noIceServers } from '../support/no-ice-servers.js';
import { noRate } from '../support/no-rate.js';
import { useFaultyCoordinator, type FaultyCoordinator } from '../support/room-coordinator.js';
import { entrant, graceMs, peerId } from '../support/seats.js';

let scene: FaultyCoordinator;

useFaultyCoordinator((given) => {
  scene = given;
});

const look: RoomRule = (room) => decided(room);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const askedSince = (first: number) => scene.asked.slice(first);

function openHandler(): ReturnType<typeof createEnterHandler> {
  return createEnterHandler({
    coordinator: scene.coordinator,
    bus: scene.bus,
    failures: createFailureLimiter(),
    iceServers: noIceServers,
    rate: noRate,
    settings: { heartbeatMs: 0, graceMs, yieldMs: 0 },
    isDraining: () => false,
  });
}

describe('a write whose outcome is unknown', () => {
  it('[R31] is reconciled after 1 s by a fencing write, and everybody is told how it stands', async () => {
    const ann = await scene.enter('ann', 'red');
    const before = scene.asked.length;
    scene.faults.lost = 1;
    const bob = scene.connect('bob');
    await expect(scene.ask(bob, 'red', entrant('bob'))).rejects.toThrow('The reply is lost.');
    expect([ann.heard.length, bob.heard.length]).toEqual([1, 0]);
    await pass(900);
    expect(askedSince(before)).toEqual([{ key: 'red', isFencing: false }]);
    await pass(200);
    expect(askedSince(before + 1)).toEqual([{ key: 'red', isFencing: true }]);
    expect(ann.heard.slice(1)).toEqual(arrival('bob'));
    expect([bob.heard, scene.unknownHolds]).toEqual([[], ['bob in red']]);
  });

  it('[R31] is reconciled at once when another write followed it', async () => {
    scene.faults.hadUnknownWrite = true;
    await scene.transact('red', look);
    await pass(50);
    expect(scene.asked.map(({ isFencing }) => isFencing)).toEqual([false, true]);
  });

  it('[R31] is reconciled also when its client could not be answered, and nobody is told before', async () => {
    const ann = await scene.enter('ann', 'red');
    const { claim } = scene.connect('bob').session;
    claim.ask('red');
    const request = scene.coordinator.request(claim, {
      keys: ['red'],
      rule: onRoom(vanish(peerId('ann'), graceMs)),
      granted: () => {
        throw new Error('The answer cannot be sent.');
      },
    });
    await expect(request).rejects.toThrow('The answer cannot be sent.');
    expect(ann.closed).toBeUndefined();
    await pass(1100);
    expect(ann.closed).toBe('for reconnect');
  });

  it('[R33] waits while this node grants nothing, and is not logged; then it is reconciled until that is done', async () => {
    const { faults, asked, lines } = scene;
    faults.fault = new Error('away');
    await expect(scene.transact('red', look)).rejects.toThrow('away');
    faults.isValid = false;
    await pass(60_000);
    expect([asked.length, lines]).toEqual([1, []]);
    faults.isValid = true;
    await pass(1100);
    expect([asked.length, lines.length]).toEqual([2, 1]);
    faults.fault = undefined;
    await pass(60_000);
    expect(asked).toHaveLength(3);
  });

  it('is counted as a failed transaction', async () => {
    scene.faults.lost = 1;
    await expect(scene.transact('red', look)).rejects.toThrow();
    await pass(1100);
    expect(scene.counters.read()).toEqual(
      new Map([
        ['failed_transactions{records="rooms"}', 1],
        ['transactions{records="rooms"}', 1],
      ]),
    );
  });

  it('of 500 rooms are all reconciled in the end, also when that fails at first', async () => {
    const { faults, asked } = scene;
    faults.fault = new Error('away');
    const rooms = Array.from({ length: 500 }, (_, number) => `room ${number}`);
    await Promise.allSettled(rooms.map((room) => scene.transact(room, look)));
    Object.assign(faults, { fault: undefined, answerMs: 10, lost: 200 });
    asked.length = 0;
    await pass(60_000);
    expect(asked).toHaveLength(700);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(500);
    expect(scene.load.mostAtOnce).toBeGreaterThan(1);
  });

  it('of 500 rooms are reconciled a part at a time', async () => {
    const { faults, load } = scene;
    faults.fault = new Error('away');
    const rooms = Array.from({ length: 500 }, (_, number) => `room ${number}`);
    await Promise.allSettled(rooms.map((room) => scene.transact(room, look)));
    Object.assign(faults, { fault: undefined, answerMs: 10 });
    load.mostAtOnce = 0;
    await pass(60_000);
    expect(load.mostAtOnce).toBeLessThan(500);
  });
});

describe('a record that cannot be parsed', () => {
  const unreadable = new UnreadableRecord('red');

  it('is not asked about again, also not for an end', async () => {
    scene.faults.fault = unreadable;
    await expect(scene.transact('red', look)).rejects.toThrow(UnreadableRecord);
    await scene.coordinator.end(['red'], onRoom(vanish(peerId('ann'), 0)));
    await pass(60_000);
    expect(scene.asked).toHaveLength(2);
  });

  it('[R19] is answered with unavailable', async () => {
    const handleEnter = openHandler();
    const { session } = scene.connect('ann');
    const answers: EnterAnswer[] = [];
    const ack = (answer: EnterAnswer): void => void answers.push(answer);
    scene.faults.fault = unreadable;
    await expect(handleEnter(session, ['red', {}, ack], 'create or join')).rejects.toThrow(UnreadableRecord);
    expect(answers).toMatchObject([{ status: 'refused', code: 'unavailable' }]);
    expect(session.channel).toBeUndefined();
  });

  it('[R33] closes for reconnect those who held something there, once it is reconciled', async () => {
    const [ann, bob] = [await scene.enter('ann', 'red'), await scene.enter('bob', 'blue')];
    scene.faults.fault = unreadable;
    await scene.reconcile('red');
    expect([ann.closed, bob.closed]).toEqual(['for reconnect', undefined]);
    expect(scene.lines).toMatchObject([{ level: levels.warn, records: 'rooms' }]);
  });
});

describe('a node whose lease has expired', () => {
  it('[R33] grants nothing, and does not ask the store', async () => {
    scene.faults.isValid = false;
    const ann = scene.connect('ann');
    await expect(scene.ask(ann, 'red', entrant('ann'))).rejects.toThrow('lease');
    expect([scene.asked, ann.session.channel, ann.heard]).toEqual([[], undefined, []]);
  });

  it('[R33] asks the store nothing at the end of a connection that it has refused', async () => {
    const handleEnter = openHandler();
    const { session } = scene.connect('ann');
    scene.faults.fault = new Error('away');
    const enterRed = (): Promise<void> => handleEnter(session, ['red', {}], 'create or join');
    scene.faults.isValid = false;
    await expect(enterRed()).rejects.toThrow('lease');
    expect(session.claim.key).toBeUndefined();
    // What was asked before the lease had expired has to be ended.
    scene.faults.isValid = true;
    await expect(enterRed()).rejects.toThrow('away');
    scene.faults.isValid = false;
    await expect(enterRed()).rejects.toThrow('lease');
    expect(session.claim.key).toBe('red');
  });

  it('[R33] grants nothing when it expires before the store has answered, and reconciles when it is valid again', async () => {
    const ann = await scene.enter('ann', 'red');
    const bob = scene.connect('bob');
    scene.faults.answerMs = 100;
    const asking = scene.ask(bob, 'red', entrant('bob'));
    scene.faults.isValid = false;
    await Promise.all([expect(asking).rejects.toThrow('lease'), pass(100)]);
    await pass(10_000);
    expect([ann.heard.length, bob.heard, bob.session.channel]).toEqual([1, [], undefined]);
    scene.faults.isValid = true;
    await pass(1200);
    expect(scene.asked.at(-1)).toEqual({ key: 'red', isFencing: true });
    expect(ann.heard.slice(1)).toEqual(arrival('bob'));
    expect(scene.unknownHolds).toEqual(['bob in red']);
  });

  it('decides what is not granted all the same: an end', async () => {
    await scene.enter('ann', 'red');
    scene.faults.isValid = false;
    await scene.coordinator.end(['red'], onRoom(vanish(peerId('ann'), graceMs)));
    expect((await scene.roomAt('red')).phase).toBe('empty');
  });
});

describe('an end', () => {
  const gone = onRoom(vanish(peerId('ann'), graceMs));

  it('[R31] that fails is tried again every second, and by a fencing write, until it is done', async () => {
    await scene.enter('ann', 'red');
    const before = scene.asked.length;
    scene.faults.fault = new Error('away');
    let isDone = false;
    const ending = scene.coordinator.end(['red'], gone).then(() => {
      isDone = true;
    });
    await pass(5500);
    expect(isDone).toBe(false);
    scene.faults.fault = undefined;
    await pass(1100);
    await ending;
    const [first, ...again] = askedSince(before);
    expect(first).toEqual({ key: 'red', isFencing: false });
    expect(again.length).toBeGreaterThanOrEqual(5);
    expect(again.every(({ isFencing }) => isFencing)).toBe(true);
    expect((await scene.roomAt('red')).phase).toBe('empty');
  });

  it('[R31] is fencing from the start where the outcome of a request is unknown', async () => {
    await scene.coordinator.end(['red'], gone, true);
    expect(scene.asked).toEqual([{ key: 'red', isFencing: true }]);
  });

  it('is given up, without an error, when the node closes', async () => {
    scene.faults.fault = new Error('away');
    const ending = scene.coordinator.end(['red'], gone);
    await pass(1500);
    scene.close();
    await pass(1100);
    await ending;
    const { length } = scene.asked;
    await pass(60_000);
    expect(scene.asked).toHaveLength(length);
  });
});
