// The other one goes without a word, or comes back: a crash, a closed tab, a reload, somebody else in its place.
import { expect, onTestFinished } from 'vitest';
import { testWith } from '../support/browser-test.js';
import { isFull } from '../support/scale.js';
import { servePages, type PageServer } from '../support/serve-pages.js';
import type { CallState } from '../../client/index.js';
import {
  call,
  callHarness,
  expectConnected,
  expectFrames,
  expectState,
  expectTexts,
  meet,
  openCaller,
  openPair,
} from '../support/callers.js';

const test = testWith({ publicDir: callHarness });

type Departure = [how: 'crash' | 'closeTab', graceMs: number, states: CallState[]];

test.for<Departure>([
  ['closeTab', 1000, ['waiting']],
  // A path counts as lost after some 8 s without a sign of life. In short on the page (`call-page-life`).
  ...(isFull ? [['crash', 12_000, ['reconnecting', 'waiting']] satisfies Departure] : []),
])(
  'after a %s, with a grace of %d ms, the other is %j, and goes on with whoever comes',
  async ([departure, graceMs, states], { chromium }) => {
    const { url } = await serveFor(graceMs);
    const [ann, bob] = await openPair(chromium, chromium, url);
    await meet(ann, bob, 'rooms');
    await call(ann, bob);
    await expectFrames(ann, bob);
    await bob.window[departure]();
    await expectState(ann, 'waiting');
    expect(await ann.states()).toEqual(['waiting', 'connecting', 'connected', ...states]);
    expect(await ann.read('call.remoteStream')).toBe(null);

    const cy = await openCaller(chromium, url);
    await cy.read(`enter('room-42')`);
    await cy.start();
    await expectConnected(ann, cy);
    await expectFrames(ann, cy);
    await expectTexts(ann, cy);
  },
);

test.for(['initiator', 'joiner'])(
  'the %s reloads its page in a call, and both are connected again',
  async (role, { chromium, server }) => {
    const [ann, bob] = await openPair(chromium, chromium, server.url);
    await meet(ann, bob, 'rooms', `reload of ${role}`);
    await call(ann, bob);
    await expectFrames(ann, bob);
    const [reloads, stays] = role === 'initiator' ? [ann, bob] : [bob, ann];
    await reloads.window.reload();
    await reloads.read(`enter('reload of ${role}')`);
    expect(await reloads.read('channel.role')).toBe(role);
    await reloads.start();
    await expectConnected(ann, bob);
    await expectFrames(ann, bob);
    await expectTexts(ann, bob);
    await reloads.hangUp();
    await expectState(stays, 'ended');
  },
);

test('one hangs up and calls again over the same channel, while the other waits for it', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await openPair(chromium, chromium, server.url);
  await meet(ann, bob, 'rooms', 'once more');
  for (const round of [1, 2]) {
    await call(ann, bob);
    await expectFrames(ann, bob);
    await (round === 1 ? ann : bob).hangUp();
    for (const caller of [ann, bob]) await expectState(caller, 'ended');
  }
  expect(await ann.read('channel.state')).toBe('open');
});

test('calls that were hung up before the other began are over, and the next one is not', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await openPair(chromium, chromium, server.url);
  await meet(ann, bob, 'rooms', 'too early');
  for (const caller of [ann, bob]) {
    await caller.start();
    await expectState(caller, 'connecting');
    await caller.hangUp();
  }
  await call(ann, bob);
  await expectFrames(ann, bob);
  await expectTexts(ann, bob);
});

async function serveFor(graceMs: number): Promise<PageServer> {
  const started = await servePages({ publicDir: callHarness, graceMs });
  onTestFinished(started.close);
  return started;
}
