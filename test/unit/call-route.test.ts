// How the two of a call are connected: known a moment after there is a path, and told again whenever it is another one.
import { expect, it, vi } from 'vitest';
import { beginConnected, settle, standInForBrowser } from '../support/call-scene.js';
import { FakeConnection } from '../support/fake-connection.js';

function goBy(candidateType: 'host' | 'relay'): void {
  const pair = { localCandidateId: 'l', nominated: true, state: 'succeeded' };
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
