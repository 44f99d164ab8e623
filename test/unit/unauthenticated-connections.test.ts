// Unauthenticated connections: ten minutes to log in, and which one is closed when the server has too many.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { maxUnauthenticatedConnections } from '../../server/protocol/limits.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import {
  createUnauthenticatedConnections,
  type UnauthenticatedConnections,
} from '../../server/transport/unauthenticated-connections.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minute = 60_000;

/** What the fake clock counts for an immediate. */
const turnMs = 1;

function createConnections(maxConnections?: number): UnauthenticatedConnections {
  const scheduler = createScheduler((cause) => {
    throw cause;
  });
  return createUnauthenticatedConnections(scheduler, maxConnections);
}

test('[U17] after ten minutes without a name a connection is cut, not before', () => {
  const cut = vi.fn();
  createConnections().add('10.0.0.1', cut);
  vi.advanceTimersByTime(10 * minute - 1);
  expect(cut).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1 + turnMs);
  expect(cut.mock.calls).toEqual([['idle']]);
});

test('[U17] one that has a name, or is gone, is never cut', () => {
  const cut = vi.fn();
  const connections = createConnections(2);
  connections.add('10.0.0.1', cut)();
  for (let one = 0; one < 5; one++) connections.add('10.0.0.1', () => {});
  vi.advanceTimersByTime(11 * minute);
  expect(cut).not.toHaveBeenCalled();
});

test('[U17] 60 of one address that take two minutes are not cut, also not when somebody there opens 1,000', () => {
  const cut = vi.fn();
  const connections = createConnections();
  for (let one = 0; one < 1060; one++) connections.add('10.0.0.1', cut);
  vi.advanceTimersByTime(2 * minute);
  expect(cut).not.toHaveBeenCalled();
});

test('[U17] at the 10,001st the address with the most loses its oldest, one for each new one', () => {
  const cuts: string[] = [];
  const connections = createConnections();
  const add = (address: string, count: number): void => {
    for (let one = 1; one <= count; one++) {
      connections.add(address, (why) => cuts.push(`${address} ${one} ${why}`));
    }
  };
  add('10.0.0.1', 60);
  add('10.0.0.2', maxUnauthenticatedConnections - 60);
  expect(cuts).toEqual([]);
  add('10.0.0.3', 2);
  add('10.0.0.2', 1);
  expect(cuts).toEqual(['10.0.0.2 1 too-many', '10.0.0.2 2 too-many', '10.0.0.2 3 too-many']);
});

test('[U17] those whose address is not known count each by itself: they go last, the oldest of them first', () => {
  const cuts: string[] = [];
  const connections = createConnections(4);
  const add = (address: string | undefined, name: string): void => {
    connections.add(address, () => cuts.push(name));
  };
  add(undefined, 'first behind the proxy');
  add(undefined, 'second behind the proxy');
  add('10.0.0.1', 'first of the other');
  add('10.0.0.1', 'second of the other');
  for (const name of ['third', 'fourth', 'fifth']) add(undefined, `${name} behind the proxy`);
  expect(cuts).toEqual(['first of the other', 'first behind the proxy', 'second behind the proxy']);
});

test('[U17] whatever comes and goes, the one that is cut is the oldest of an address with the most', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.constantFrom('a', 'b', 'c', 'd') }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat(50) }) },
  );
  const maxConnections = 12;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const connections = createConnections(maxConnections);
      let open: { address: string; number: number; cut: number[]; remove: () => void }[] = [];
      for (const [number, next] of steps.entries()) {
        if ('remove' in next) {
          const gone = open[next.remove % Math.max(1, open.length)];
          gone?.remove();
          // A second time it takes out no other of its address.
          gone?.remove();
          open = open.filter((one) => one !== gone);
          continue;
        }
        const countOf = (address: string): number => open.filter((one) => one.address === address).length;
        const most = Math.max(...open.map(({ address }) => countOf(address)));
        const oldest = new Set(
          open
            .filter(({ address }) => countOf(address) === most)
            .map(({ address }) => open.find((one) => one.address === address)?.number),
        );
        const isFull = open.length === maxConnections;
        const cut: number[] = [];
        const remove = connections.add(next.add, () => cut.push(number));
        open.push({ address: next.add, number, cut, remove });
        // What is cut now was told so when it was added.
        const gone = open.filter((one) => one.cut.length > 0);
        expect(gone).toHaveLength(isFull ? 1 : 0);
        for (const { number } of gone) expect(oldest).toContain(number);
        open = open.filter((one) => !gone.includes(one));
      }
    }),
  );
});
