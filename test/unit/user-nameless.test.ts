// Connections without a name: let be for ten minutes, and cut oldest first when one address has too many.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addressOf, type AddressedRequest } from '../../server/connections/client-address.js';
import { createNamelessConnections } from '../../server/connections/nameless-connections.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minute = 60_000;

test('[U17] after ten minutes without a name a connection is cut, not before', () => {
  const cut = vi.fn();
  createNamelessConnections().add('10.0.0.1', cut);
  vi.advanceTimersByTime(10 * minute - 1);
  expect(cut).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(cut.mock.calls).toEqual([['idle']]);
});

test('[U17] one that has a name, or is gone, is never cut', () => {
  const cut = vi.fn();
  const connections = createNamelessConnections();
  connections.add('10.0.0.1', cut)();
  for (let one = 0; one < 50; one++) connections.add('10.0.0.1', () => {});
  vi.advanceTimersByTime(11 * minute);
  expect(cut).not.toHaveBeenCalled();
});

test('[U17] the 51st of one address cuts the first, the 52nd the second; other addresses are let be', () => {
  const cuts: string[] = [];
  const connections = createNamelessConnections();
  connections.add('10.0.0.2', () => cuts.push('other'));
  for (let one = 1; one <= 52; one++) connections.add('10.0.0.1', (why) => cuts.push(`${one} ${why}`));
  expect(cuts).toEqual(['1 too-many', '2 too-many']);
});

test('[U17] one that is taken out twice takes out no other of its address', () => {
  const cut = vi.fn();
  const connections = createNamelessConnections();
  const takeOut = connections.add('10.0.0.1', () => {});
  takeOut();
  connections.add('10.0.0.1', cut);
  takeOut();
  for (let one = 0; one < 50; one++) connections.add('10.0.0.1', () => {});
  expect(cut.mock.calls).toEqual([['too-many']]);
});

test('[U17] behind a trusted proxy the address is the one that the proxy has seen', () => {
  const socket = { remoteAddress: '10.0.0.9' };
  const request = (forwarded?: string): AddressedRequest => ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket,
  });
  expect(addressOf(request('1.1.1.1, 2.2.2.2'), true)).toBe('2.2.2.2');
  expect(addressOf(request('1.1.1.1, 2.2.2.2'), false)).toBe('10.0.0.9');
  expect(addressOf(request(), true)).toBe('10.0.0.9');
});
