// Two browsers call each other, over either protocol: pictures and texts both ways, and a hang-up that ends both.
import { expect } from 'vitest';
import { testWith } from '../support/browser-test.js';
import type { BrowserName } from '../support/browser-window.js';
import { isFull } from '../support/scale.js';
import {
  call,
  callHarness,
  expectFrames,
  expectState,
  expectTexts,
  meet,
  openPair,
  type Protocol,
} from '../support/callers.js';

const test = testWith({ publicDir: callHarness });

type Pair = [Protocol, BrowserName, BrowserName];

/** The one of rooms is in call-page.test.ts and call-network.test.ts, with the pages and with a change of the network. */
const few: Pair[] = [['names', 'chromium', 'firefox']];
const others: Pair[] = [
  ['rooms', 'firefox', 'chromium'],
  ['rooms', 'chromium', 'chromium'],
  ['rooms', 'chromium', 'firefox'],
  ['names', 'chromium', 'chromium'],
  ['names', 'firefox', 'chromium'],
];

test.for(isFull ? [...few, ...others] : few)(
  'over %s, %s and %s see each other, write to each other, and are both done when one hangs up',
  async ([protocol, annsBrowser, bobsBrowser], { browsers, server }) => {
    const [ann, bob] = await openPair(browsers[annsBrowser], browsers[bobsBrowser], server.url);
    await meet(ann, bob, protocol, `${annsBrowser} ${bobsBrowser}`);
    await call(ann, bob);
    await expectFrames(ann, bob);
    await expectTexts(ann, bob);
    for (const caller of [ann, bob]) {
      await expect.poll(() => caller.read('call.route')).toBe('direct');
      expect(await caller.stats()).toMatchObject({ route: 'direct', transport: 'udp', receivedWidth: 160 });
    }

    await bob.hangUp();
    for (const caller of [ann, bob]) {
      await expectState(caller, 'ended');
      expect(await caller.states()).toEqual(['waiting', 'connecting', 'connected', 'ended']);
      expect(await caller.read('[call.remoteStream, call.route ?? null]')).toEqual([null, null]);
      expect(await caller.window.complaints()).toEqual([]);
    }
    expect(await ann.read('call.endedBy')).toBe('other');
    expect(await bob.read('call.endedBy')).toBe('me');
  },
);
