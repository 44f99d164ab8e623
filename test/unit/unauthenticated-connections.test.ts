// Unauthenticated connections: ten minutes to log in, and the oldest is closed when one address has too many.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createScheduler } from '../../server/timing/scheduler.js';
import { addressOf } from '../../server/transport/admission.js';
import { createUnauthenticatedConnections } from '../../server/transport/unauthenticated-connections.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minute = 60_000;

/** What the fake clock counts for an immediate. */
const turnMs = 1;

function createConnections() {
  return createUnauthenticatedConnections(
    createScheduler((cause) => {
      throw cause;
    }),
  );
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
  const connections = createConnections();
  connections.add('10.0.0.1', cut)();
  for (let one = 0; one < 50; one++) connections.add('10.0.0.1', () => {});
  vi.advanceTimersByTime(11 * minute);
  expect(cut).not.toHaveBeenCalled();
});

test('[U17] the 51st of one address cuts the first, the 52nd the second; other addresses are let be', () => {
  const cuts: string[] = [];
  const connections = createConnections();
  connections.add('10.0.0.2', () => cuts.push('other'));
  for (let one = 1; one <= 52; one++) connections.add('10.0.0.1', (why) => cuts.push(`${one} ${why}`));
  expect(cuts).toEqual(['1 too-many', '2 too-many']);
});

test('[U17] one that is taken out twice takes out no other of its address', () => {
  const cut = vi.fn();
  const connections = createConnections();
  const takeOut = connections.add('10.0.0.1', () => {});
  takeOut();
  connections.add('10.0.0.1', cut);
  takeOut();
  for (let one = 0; one < 50; one++) connections.add('10.0.0.1', () => {});
  expect(cut.mock.calls).toEqual([['too-many']]);
});

test('[U17] behind a trusted proxy the address is the one that the proxy has seen', () => {
  const request = (forwarded?: string): IncomingMessage => {
    const asked = new IncomingMessage(new Socket());
    Object.defineProperty(asked.socket, 'remoteAddress', { value: '10.0.0.9' });
    if (forwarded !== undefined) asked.headers['x-forwarded-for'] = forwarded;
    return asked;
  };
  expect(addressOf(request('1.1.1.1, 2.2.2.2'), true)).toBe('2.2.2.2');
  expect(addressOf(request('1.1.1.1, 2.2.2.2'), false)).toBe('10.0.0.9');
  expect(addressOf(request(), true)).toBe('10.0.0.9');
});
