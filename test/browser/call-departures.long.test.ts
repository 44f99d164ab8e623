// The other one goes for good, by a crash or by closing its tab: the call waits for whoever comes next. The short form is
// what the page /call says of both (`call-page-life`, `call-page`).
import { expect, onTestFinished } from 'vitest';
import { test } from '../support/browser-test.js';
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

test.for<[departure: 'crash' | 'closeTab', graceMs: number, states: CallState[]]>([
  // A path counts as lost after some 8 s without a sign of life.
  ['crash', 12_000, ['reconnecting', 'waiting']],
  ['closeTab', 1000, ['waiting']],
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

async function serveFor(graceMs: number): Promise<PageServer> {
  const started = await servePages({ publicDir: callHarness, graceMs });
  onTestFinished(started.close);
  return started;
}
