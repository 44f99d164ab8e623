// The registry of open connections: who may open one more, ten minutes to enter or log in, and who is closed first.
import { expect, test, vi } from 'vitest';
import fc from 'fast-check';
import {
  createOpenConnections,
  type OpenConnections,
  type RefusalReason,
} from '../../server/transport/open-connections.js';
import { createHeldClock, type HeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';

const minute = 60_000;

interface Scene {
  connections: OpenConnections;
  clock: HeldClock;
  refused: RefusalReason[];
  state: { isPressed: boolean };
}

function open(maxConnections = 0, maxConnectionsPerAddress = 0): Scene {
  const clock = createHeldClock();
  const refused: RefusalReason[] = [];
  const state = { isPressed: false };
  const connections = createOpenConnections({
    scheduler: schedulerOn(clock),
    settings: { maxConnections, maxConnectionsPerAddress },
    onRefused: (reason) => refused.push(reason),
    isPressed: () => state.isPressed,
    clock: clock.now,
  });
  return { connections, clock, refused, state };
}

const nobody = { closeUnseated: () => {} };

/** As many as may be opened. */
function openUpTo({ connections }: Scene, address: string | undefined, count: number): number {
  let opened = 0;
  for (; opened < count && connections.waitSeconds(address) === undefined; opened++) {
    connections.add(address, nobody);
  }
  return opened;
}

test('[U17] after ten minutes without a seat a connection is closed, not before', () => {
  const { connections, clock } = open();
  const closeUnseated = vi.fn();
  connections.add('10.0.0.1', { closeUnseated });
  clock.advanceNow(10 * minute - 1);
  expect(closeUnseated).not.toHaveBeenCalled();
  clock.advanceNow(1);
  expect(closeUnseated.mock.calls).toEqual([['idle']]);
  expect([connections.count, clock.timers]).toEqual([0, 0]);
});

test('[U17] one that has a seat, or is gone, is never closed; one that has lost its seat is', () => {
  const { connections, clock } = open();
  const closeUnseated = vi.fn();
  const [seated, gone, lost] = [1, 2, 3].map(() => connections.add('10.0.0.1', { closeUnseated }));
  seated?.seat();
  gone?.remove();
  gone?.unseat();
  lost?.seat();
  lost?.unseat();
  expect(connections.count).toBe(1);
  connections.giveUp(3);
  expect(closeUnseated.mock.calls).toEqual([['pressure']]);
  clock.advanceNow(11 * minute);
  expect(closeUnseated).toHaveBeenCalledTimes(1);
});

test('[U17] an address may have 1,000 open: further ones are refused, and none of it is closed', () => {
  const scene = open(0, 1000);
  const closeUnseated = vi.fn();
  const slow = Array.from({ length: 60 }, () => scene.connections.add('10.0.0.1', { closeUnseated }));
  expect(openUpTo(scene, '10.0.0.1', 1000)).toBe(940);
  expect(scene.connections.waitSeconds('10.0.0.1')).toBe(5);
  scene.clock.advanceNow(2 * minute);
  expect(closeUnseated).not.toHaveBeenCalled();
  expect(openUpTo(scene, '10.0.0.2', 1)).toBe(1);
  // A seat makes no difference, and one that ends makes room.
  slow[0]?.seat();
  expect(openUpTo(scene, '10.0.0.1', 1)).toBe(0);
  slow[1]?.remove();
  expect(openUpTo(scene, '10.0.0.1', 2)).toBe(1);
  expect(new Set(scene.refused)).toEqual(new Set(['address']));
});

test('[U17] an address whose connections end at once may open twice its limit at once, and half of it a second', () => {
  const { connections, clock, refused } = open(0, 1000);
  const tryOnce = (): boolean => {
    if (connections.waitSeconds('10.0.0.1') !== undefined) return false;
    connections.add('10.0.0.1', nobody).remove();
    return true;
  };
  const count = (tries: number): number => Array.from({ length: tries }, tryOnce).filter(Boolean).length;
  expect(count(3000)).toBe(2000);
  expect([connections.waitSeconds('10.0.0.1'), connections.waitSeconds('10.0.0.2')]).toEqual([1, undefined]);
  clock.advanceNow(1000);
  expect(count(3000)).toBe(500);
  expect(new Set(refused)).toEqual(new Set(['attempts']));
});

test('[U17] a handshake that opens no connection is an attempt, however many are open', () => {
  const scene = open(0, 2);
  expect(openUpTo(scene, '10.0.0.1', 5)).toBe(2);
  const tryOnce = (): boolean => scene.connections.waitSecondsForAttempt('10.0.0.1') === undefined;
  expect(Array.from({ length: 5 }, tryOnce)).toEqual([true, true, false, false, false]);
  expect(scene.connections.waitSecondsForAttempt(undefined)).toBeUndefined();
  scene.clock.advanceNow(1000);
  expect([tryOnce(), tryOnce()]).toEqual([true, false]);
  expect(scene.refused.filter((reason) => reason === 'attempts')).toHaveLength(4);
});

test('[U17] 5,000 that return at once pass if an address may have so many, also when each tries twice', () => {
  const scene = open(0, 5000);
  for (let first = 0; first < 5000; first++)
    expect(scene.connections.waitSeconds('10.0.0.1')).toBe(undefined);
  expect(openUpTo(scene, '10.0.0.1', 5000)).toBe(5000);
});

test('[U17] 0 is no limit, and an address that is not known has none', () => {
  expect(openUpTo(open(0, 0), '10.0.0.1', 20_000)).toBe(20_000);
  expect(openUpTo(open(0, 10), undefined, 20_000)).toBe(20_000);
});

test('[U17] a server that has too many refuses, unless another address has more without a seat: its oldest goes', () => {
  const scene = open(6);
  const closed: string[] = [];
  const add = (address: string | undefined, name: string) =>
    scene.connections.add(address, { closeUnseated: (reason) => closed.push(`${name} ${reason}`) });
  const seated = ['a1', 'a2', 'a3'].map((name) => add('10.0.0.1', name));
  for (const one of seated) one.seat();
  add('10.0.0.2', 'b1');
  for (const name of ['c1', 'c2']) add('10.0.0.3', name);
  // It would have as many as the other one.
  expect(scene.connections.waitSeconds('10.0.0.2')).toBe(5);
  expect(scene.connections.waitSeconds('10.0.0.3')).toBe(5);
  expect(closed).toEqual([]);
  expect(scene.connections.waitSeconds('10.0.0.4')).toBeUndefined();
  add('10.0.0.4', 'd1');
  expect(closed).toEqual(['c1 pressure']);
  expect([scene.connections.waitSeconds('10.0.0.5'), scene.connections.waitSeconds(undefined)]).toEqual([
    5, 5,
  ]);
  expect(scene.refused).toEqual(['server', 'server', 'server', 'server']);
});

test('[U17] [R27] under pressure, and when the server closes, no connection may be opened', () => {
  const { connections, refused, state } = open();
  state.isPressed = true;
  expect(connections.waitSeconds('10.0.0.1')).toBe(5);
  state.isPressed = false;
  expect(connections.waitSeconds('10.0.0.1')).toBeUndefined();
  connections.drain();
  expect(connections.waitSeconds('10.0.0.1')).toBe(1);
  expect(refused).toEqual(['pressure', 'draining']);
});

test('[U17] those whose address is not known count each by itself: they go last, the oldest of them first', () => {
  const { connections } = open();
  const closed: string[] = [];
  const add = (address: string | undefined, name: string): void =>
    void connections.add(address, { closeUnseated: () => closed.push(name) });
  add(undefined, 'first behind the proxy');
  add(undefined, 'second behind the proxy');
  add('10.0.0.1', 'first of the other');
  add('10.0.0.1', 'second of the other');
  connections.giveUp(2);
  expect(closed).toEqual(['first of the other', 'first behind the proxy']);
});

test('[U17] whatever comes and goes, the one that is closed is the oldest of an address with the most', () => {
  const address = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: address }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ seat: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ giveUp: fc.constant(1) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const { connections } = open();
      let unseated: { address: string; number: number; remove: () => void; seat: () => void }[] = [];
      const closed: number[] = [];
      const take = (index: number): (typeof unseated)[number] | undefined =>
        unseated.splice(index % Math.max(1, unseated.length), 1)[0];
      for (const [number, next] of steps.entries()) {
        if ('add' in next) {
          const added = connections.add(next.add, { closeUnseated: () => closed.push(number) });
          unseated.push({
            address: next.add,
            number,
            remove: () => added.remove(),
            seat: () => added.seat(),
          });
        } else if ('remove' in next) {
          const gone = take(next.remove);
          gone?.remove();
          // A second time it takes out no other of its address.
          gone?.remove();
        } else if ('seat' in next) take(next.seat)?.seat();
        else {
          const countOf = (of: string): number => unseated.filter((one) => one.address === of).length;
          const most = Math.max(...unseated.map((one) => countOf(one.address)));
          const oldest = unseated
            .filter((one) => countOf(one.address) === most)
            .map((one) => unseated.find((other) => other.address === one.address)?.number);
          connections.giveUp(next.giveUp);
          const gone = closed.splice(0);
          expect(gone).toHaveLength(Math.min(1, unseated.length));
          for (const one of gone) expect(oldest).toContain(one);
          unseated = unseated.filter((one) => !gone.includes(one.number));
        }
        expect(connections.count).toBe(unseated.length);
      }
    }),
  );
});
