// What a call measures: how the two are connected, told whenever that changes, and its stats, read when somebody asks.
import { expect, it, vi } from 'vitest';
import { begin, beginConnected, settle, standInForBrowser } from '../support/call-scene.js';
import { FakeConnection } from '../support/fake-connection.js';

function goBy(candidateType: 'host' | 'relay', timestamp = 0, bytesSent = 0): void {
  const pair = { localCandidateId: 'l', nominated: true, state: 'succeeded', timestamp, bytesSent };
  FakeConnection.newest().report = new Map<string, unknown>([
    ['p', { id: 'p', type: 'candidate-pair', ...pair }],
    ['l', { id: 'l', type: 'local-candidate', candidateType }],
  ]);
}

it('a path that becomes direct, or goes through a relay, is told within a quarter of a second, without a new agreement', async () => {
  standInForBrowser();
  const scene = await beginConnected();
  const routes: unknown[] = [];
  scene.call.on('route', (route) => routes.push(route));
  const count = scene.said.length;
  for (const candidateType of ['relay', 'relay', 'host', 'relay'] as const) {
    goBy(candidateType);
    vi.advanceTimersByTime(250);
    await settle();
  }
  expect([scene.call.route, routes]).toEqual(['relay', ['relay', 'direct', 'relay']]);
  expect([scene.call.state, scene.said.length]).toEqual(['connected', count]);
});

it('a program that hangs up when it hears of the route has ended its call', async () => {
  standInForBrowser();
  const scene = await beginConnected();
  const routes: unknown[] = [];
  scene.call.on('route', (route) => {
    routes.push(route);
    void scene.call.hangUp();
  });
  goBy('relay');
  vi.advanceTimersByTime(10_000);
  await settle();
  expect([scene.call.state, scene.call.route, routes]).toEqual(['ended', undefined, ['relay', undefined]]);
});

it('stats say nothing while there is no connection', async () => {
  standInForBrowser();
  const scene = begin();
  await settle();
  expect(await scene.call.stats()).toEqual({ atMs: 0 });
  expect(scene.call.route).toBeUndefined();
});

it('bit rates are those since the stats were read before, whoever looks for the route meanwhile', async () => {
  standInForBrowser();
  const scene = await beginConnected();
  const rate = async () => (await scene.call.stats()).sentBitsPerSecond;
  goBy('host', 1000, 0);
  await rate();
  goBy('host', 1500, 300);
  vi.advanceTimersByTime(250);
  await settle();
  goBy('host', 2000, 500);
  expect(await rate()).toBe(4000);
  goBy('host', 4000, 500);
  expect(await rate()).toBe(0);
});

it('bit rates of one connection are not taken from the one before', async () => {
  standInForBrowser();
  const scene = await beginConnected();
  goBy('host', 1000, 0);
  await scene.call.stats();
  scene.peerIs('here', 'c');
  await settle();
  goBy('host', 2000, 500);
  expect((await scene.call.stats()).sentBitsPerSecond).toBeUndefined();
});

it('stats that are read while the call ends tell no route', async () => {
  standInForBrowser();
  const scene = await beginConnected();
  const routes: unknown[] = [];
  scene.call.on('route', (route) => routes.push(route));
  goBy('relay');
  const late = scene.call.stats();
  void scene.call.hangUp();
  await late;
  expect([scene.call.route, routes]).toEqual([undefined, []]);
});

it('where nothing is measured any more, the route is as it was', async () => {
  standInForBrowser();
  const scene = await beginConnected();
  goBy('relay');
  await scene.call.stats();
  FakeConnection.newest().report.clear();
  await scene.call.stats();
  vi.advanceTimersByTime(250);
  await settle();
  expect(scene.call.route).toBe('relay');
});
