// A call's stats, read one after the other, and its route, told when it changes.
import { expect, it } from 'vitest';
import { createMeter, type Meter } from '../../client/call/meter.js';
import { standInForBrowser } from '../support/call-scene.js';
import { FakeConnection } from '../support/fake-connection.js';

interface Scene {
  meter: Meter;
  routes: unknown[];
}

function open(): Scene {
  standInForBrowser();
  const routes: unknown[] = [];
  return { routes, meter: createMeter((route) => routes.push(route)) };
}

function connect(candidateType: string): [RTCPeerConnection, FakeConnection] {
  const connection = new RTCPeerConnection();
  const fake = FakeConnection.newest();
  measure(fake, candidateType, 1000, 0);
  return [connection, fake];
}

function measure(connection: FakeConnection, candidateType: string, timestamp: number, bytes: number): void {
  const pair = { localCandidateId: 'l', nominated: true, state: 'succeeded', bytesSent: bytes };
  connection.report = new Map<string, unknown>([
    ['p', { id: 'p', type: 'candidate-pair', timestamp, ...pair }],
    ['l', { id: 'l', type: 'local-candidate', candidateType }],
  ]);
}

it('without a connection nothing is known', async () => {
  const { meter, routes } = open();
  expect(await meter.read(undefined)).toEqual({ atMs: 0 });
  expect([meter.route, routes]).toEqual([undefined, []]);
});

it('bit rates are since the reading before', async () => {
  const { meter } = open();
  const [connection, fake] = connect('host');
  expect((await meter.read(connection)).sentBitsPerSecond).toBeUndefined();
  measure(fake, 'host', 2000, 500);
  expect((await meter.read(connection)).sentBitsPerSecond).toBe(4000);
  measure(fake, 'host', 4000, 500);
  expect((await meter.read(connection)).sentBitsPerSecond).toBe(0);
});

it('bit rates of one connection are not taken from another', async () => {
  const { meter } = open();
  const [first] = connect('host');
  await meter.read(first);
  const [second, fake] = connect('host');
  measure(fake, 'host', 2000, 500);
  expect((await meter.read(second)).sentBitsPerSecond).toBeUndefined();
});

it('the route is told when it is known, when it changes, and when it is no more', async () => {
  const { meter, routes } = open();
  const [connection, fake] = connect('host');
  await meter.read(connection);
  await meter.read(connection);
  expect([meter.route, routes]).toEqual(['direct', ['direct']]);
  measure(fake, 'relay', 2000, 0);
  await meter.read(connection);
  fake.report.clear();
  await meter.read(connection);
  expect(routes).toEqual(['direct', 'relay']);
  meter.forget(connection);
  expect([meter.route, routes]).toEqual([undefined, ['direct', 'relay', undefined]]);
});

it('the route is also known from what somebody else has read, and bit rates stay since the reading before', async () => {
  const { meter, routes } = open();
  const [connection, fake] = connect('relay');
  await meter.read(connection);
  measure(fake, 'host', 1500, 300);
  meter.see(fake.report);
  meter.see(new Map());
  expect([meter.route, routes]).toEqual(['direct', ['relay', 'direct']]);
  measure(fake, 'host', 2000, 500);
  expect((await meter.read(connection)).sentBitsPerSecond).toBe(4000);
});

it('a reading that comes after the end tells no route', async () => {
  const { meter, routes } = open();
  const [forgotten] = connect('host');
  const late = meter.read(forgotten);
  meter.forget(forgotten);
  await late;
  const [closed, fake] = connect('host');
  fake.close();
  await meter.read(closed);
  expect([meter.route, routes]).toEqual([undefined, []]);
});
