// Calls through a real relay (TURN), with credentials that the server makes; and what is said when there is no way through it.
import { expect, onTestFinished } from 'vitest';
import { noRoute } from '../../client/call/path-watch.js';
import { test as browserTest, type TestBrowsers } from '../support/browser-test.js';
import type { BrowserName } from '../support/browser-window.js';
import { servePages } from '../support/serve-pages.js';
import {
  call,
  callHarness,
  expectFrames,
  expectState,
  expectTexts,
  meet,
  openPair,
  type Caller,
  type Protocol,
} from '../support/callers.js';
import { isFull } from '../support/scale.js';
import { startCoturn, type Coturn } from '../support/coturn.js';
import { startServerProcess } from '../support/server-process.js';
import { wrongClock } from '../support/wrong-clock.js';
import type { ParleyOptions } from '../../server/create-parley.js';

const test = browserTest
  .extend('turnOptions', { scope: 'file' }, { endsWithTest: false })
  .extend('turn', { scope: 'file' }, async ({ turnOptions }, { onCleanup }) => {
    const turn = await startCoturn(turnOptions);
    onCleanup(turn.stop);
    return turn;
  });

async function serve(turn: Coturn, options: ParleyOptions = {}): Promise<string> {
  const { url, close } = await servePages({
    publicDir: callHarness,
    turnUrls: [turn.url],
    turnSecret: turn.secret,
    ...options,
  });
  onTestFinished(close);
  return url;
}

/** Both browsers are in each; over names only the channel is another one, as call-pairs.test.ts shows. */
const pairs: [Protocol, BrowserName, BrowserName][] = [
  ['rooms', 'chromium', 'firefox'],
  ...(isFull ? ([['names', 'firefox', 'chromium']] satisfies [Protocol, BrowserName, BrowserName][]) : []),
];

test.for(pairs)(
  'over %s, %s and %s call each other through the relay only',
  async ([protocol, anns, bobs], { browsers, turn }) => {
    const [ann, bob] = await openPair(browsers[anns], browsers[bobs], await serve(turn));
    await meet(ann, bob, protocol);
    await call(ann, bob, { relayOnly: true });
    await expectFrames(ann, bob);
    await expectTexts(ann, bob);
    for (const caller of [ann, bob]) {
      await expect.poll(() => caller.read('call.route')).toBe('relay');
      expect(await addressesOf(caller)).toEqual(['relay']);
    }
  },
);

test('one side that wants the relay only is never heard of at another address, and both go through it', async ({
  browsers,
  turn,
}) => {
  const [ann, bob] = await openPair(browsers.chromium, browsers.chromium, await serve(turn));
  await meet(ann, bob, 'rooms');
  await Promise.all([ann.start({ relayOnly: true }), bob.start()]);
  await expectFrames(ann, bob);
  for (const caller of [ann, bob]) await expect.poll(() => caller.read('call.route')).toBe('relay');
  expect(await addressesOf(ann)).toEqual(['relay']);
});

test('new credentials come before the first run out, and find a new path', async ({ browsers, turn }) => {
  const [ann, bob] = await openPair(browsers.chromium, browsers.chromium, await serve(turn, { turnTtl: 6 }));
  await meet(ann, bob, 'rooms');
  await call(ann, bob, { relayOnly: true });
  await expectFrames(ann, bob);
  const first = await runsOutAt(ann);
  await expect.poll(() => Date.now() / 1000).toBeGreaterThan(first + 1);
  await expect.poll(() => runsOutAt(ann)).toBeGreaterThan(Date.now() / 1000);
  const before = (await ann.said('candidate')).length;
  await ann.read(`dispatchEvent(new Event('online'))`);
  await expect.poll(async () => (await ann.said('candidate')).length).toBeGreaterThan(before);
  await expectFrames(ann, bob);
  expect(await ann.read('call.route')).toBe('relay');
});

/** As far as its words go. */
const throughRelay = { iceServers: [{ urls: 'turn:turn.test' }] };
const refused = noRoute(throughRelay, { serverError: 401 }).message;

test('an expired credential finds no address, and the call says that it was refused', async ({
  browsers,
  turn,
}) => {
  // Its clock is an hour slow, and so are its credentials.
  const { url } = await startServerProcess({
    ...wrongClock('-1h'),
    PUBLIC_DIR: callHarness,
    ...{ TURN_URLS: turn.url, TURN_SECRET: turn.secret, TURN_TTL: '600' },
  });
  await expectNoRoute(browsers, url, refused);
});

test('a credential made with another secret finds no address, and the call says that it was refused', async ({
  browsers,
  turn,
}) => {
  await expectNoRoute(browsers, await serve(turn, { turnSecret: 'another' }), refused);
});

test('a relay that does not answer is said not to answer', async ({ browsers, turn }) => {
  const gone = await startCoturn();
  await gone.kill();
  await expectNoRoute(
    browsers,
    await serve(turn, { turnUrls: [gone.url] }),
    noRoute(throughRelay, {}).message,
  );
});

test('without any relay, a call that wants one says so at once', async ({ browsers, turn }) => {
  await expectNoRoute(
    browsers,
    await serve(turn, { turnUrls: [], turnSecret: '' }),
    noRoute({ iceTransportPolicy: 'relay' }, {}).message,
  );
});

async function expectNoRoute(browsers: TestBrowsers, url: string, sentence: string): Promise<void> {
  const [ann, bob] = await openPair(browsers.chromium, browsers.chromium, url);
  await meet(ann, bob, 'rooms');
  await Promise.all([ann, bob].map((caller) => caller.start({ relayOnly: true, connectWithinMs: 2500 })));
  for (const caller of [ann, bob]) {
    await expectState(caller, 'failed');
    expect(await caller.read('[call.failure.reason, call.failure.message]')).toEqual(['no-route', sentence]);
    expect(await addressesOf(caller)).toEqual([]);
  }
}

/** The kinds of address that it has told the other. */
async function addressesOf(caller: Caller): Promise<string[]> {
  const kinds = (await caller.said('candidate')).flatMap((text) => / typ (\w+)/.exec(text)?.[1] ?? []);
  return [...new Set(kinds)];
}

/** In seconds since 1970. */
function runsOutAt(caller: Caller): Promise<number> {
  return caller.read(`Number(channel.iceServers.find(({ username }) => username).username.split(':')[0])`);
}
