// A connection's path, watched on a clock that the test moves: when it is sought anew, and what is remembered of it.
import { expect, it } from 'vitest';
import { watchPath, type PathWatch } from '../../client/call/path-watch.js';
import { standInForBrowser } from '../support/call-scene.js';
import { FakeConnection } from '../support/fake-connection.js';
import { createHeldClock, type HeldClock } from '../support/held-clock.js';

interface Scene {
  connection: FakeConnection;
  clock: HeldClock;
  path: PathWatch;
  traces: unknown[][];
}

function watch({ isPolite = false } = {}): Scene {
  standInForBrowser();
  const clock = createHeldClock();
  const traces: unknown[][] = [];
  const trace = (...event: unknown[]): void => void traces.push(event);
  const own = new RTCPeerConnection();
  const path = watchPath(own, { clock, isPolite, trace, seek: () => own.restartIce() });
  return { connection: FakeConnection.newest(), clock, path, traces };
}

const host = { candidate: 'an address', sdpMid: '0' };

it('a path that has failed is sought anew at once, and then every 2.5 s while no address is found', () => {
  const { connection, clock, traces } = watch();
  connection.find(host);
  connection.become('connected');
  clock.advanceNow(60_000);
  connection.become('failed');
  clock.advanceNow(0);
  expect(connection.restarts).toBe(1);
  clock.advanceNow(7499);
  expect(connection.restarts).toBe(3);
  clock.advanceNow(1);
  expect(connection.restarts).toBe(4);
  expect(traces.at(-1)).toEqual(['restart', 'failed']);
});

it('with addresses a try has 8 s', () => {
  const { connection, clock } = watch();
  connection.become('connected');
  connection.become('failed');
  clock.advanceNow(2500);
  const restarts = connection.restarts;
  connection.find(host);
  clock.advanceNow(7999);
  expect(connection.restarts).toBe(restarts);
  clock.advanceNow(1);
  expect(connection.restarts).toBe(restarts + 1);
});

it('a short silence is nobody’s business', () => {
  const { connection, clock } = watch();
  connection.become('connected');
  connection.become('disconnected');
  clock.advanceNow(2999);
  connection.become('connected');
  clock.advanceNow(600_000);
  expect(connection.restarts).toBe(0);
});

it('the polite one lets the other go first, and does not begin another try beside it', () => {
  const { connection, clock } = watch({ isPolite: true });
  connection.find(host);
  connection.become('connected');
  clock.advanceNow(60_000);
  connection.become('failed');
  clock.advanceNow(1000);
  // The other's offer has come.
  connection.become('connecting');
  clock.advanceNow(9199);
  expect(connection.restarts).toBe(0);
  clock.advanceNow(1);
  expect(connection.restarts).toBe(1);
});

it('a silence does not end a try that is not 3 s old, and a path that is found is enough', () => {
  const { connection, clock, path } = watch();
  connection.become('connected');
  path.restart('network');
  clock.advanceNow(2000);
  path.restart('silence');
  clock.advanceNow(999);
  expect(connection.restarts).toBe(1);
  clock.advanceNow(1);
  expect(connection.restarts).toBe(2);
  clock.advanceNow(1000);
  path.restart('silence');
  connection.become('disconnected');
  connection.become('connected');
  clock.advanceNow(600_000);
  expect(connection.restarts).toBe(2);
  path.restart('network');
  expect(connection.restarts).toBe(3);
});

it('the first path is not sought anew before both seek it', () => {
  const { connection, clock } = watch();
  clock.advanceNow(600_000);
  expect(connection.restarts).toBe(0);
  connection.find(host);
  connection.become('connecting');
  clock.advanceNow(7999);
  expect(connection.restarts).toBe(0);
  clock.advanceNow(1);
  expect(connection.restarts).toBe(1);
});

it('nothing is sought after the end', () => {
  const { connection, clock, path } = watch();
  connection.become('failed');
  path.stop();
  clock.advanceNow(600_000);
  expect(connection.restarts).toBe(0);
  expect(clock.timers).toBe(0);
});

it('it says what the connection says, and what servers refuse', () => {
  const { connection, path, traces } = watch();
  expect(path.wasConnected).toBe(false);
  connection.become('connecting');
  connection.become('connected');
  connection.failToFind(701, 'silence', 'stun:stun.test');
  expect(traces).toEqual([
    ['ice', 'connecting'],
    ['ice', 'connected'],
    ['candidate error', 701, 'silence', 'stun:stun.test'],
  ]);
  expect(path.wasConnected).toBe(true);
});

it('it remembers a relay, and a refusal of the credentials, whatever comes after', () => {
  const { connection, path } = watch();
  connection.find(host);
  connection.find(null);
  connection.find({ candidate: '' });
  expect([path.hasRelay, path.serverError]).toEqual([false, undefined]);
  connection.find(host, 'relay');
  connection.failToFind(401);
  connection.failToFind(701);
  expect([path.hasRelay, path.serverError]).toEqual([true, 401]);
});
