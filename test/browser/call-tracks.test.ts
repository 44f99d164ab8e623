// What the two send: nothing at all, more, less, something else, a screen, a black picture, silence.
import { expect } from 'vitest';
import { testWith, type TestBrowsers } from '../support/browser-test.js';
import type { BrowserName } from '../support/browser-window.js';
import { isFull } from '../support/scale.js';
import type { PageServer } from '../support/serve-pages.js';
import {
  call,
  callHarness,
  expectConnected,
  expectFrames,
  expectTexts,
  meet,
  openPair,
  type Caller,
} from '../support/callers.js';

const test = testWith({ publicDir: callHarness });

/** Ann's is Chromium: with Firefox both are there. */
const bobsBrowsers: BrowserName[] = isFull ? ['firefox', 'chromium'] : ['firefox'];

/** The kinds of the other's tracks, in order of the alphabet. */
const seenBy = (caller: Caller): Promise<string[]> =>
  caller.read('(call.remoteStream?.getTracks() ?? []).map(({ kind }) => kind).sort()');

async function openTwo(
  { browsers, server }: { browsers: TestBrowsers; server: PageServer },
  name: string,
  bobsBrowser: BrowserName = 'chromium',
): Promise<[Caller, Caller]> {
  const [ann, bob] = await openPair(browsers.chromium, browsers[bobsBrowser], server.url);
  await meet(ann, bob, 'rooms', name);
  return [ann, bob];
}

test.for(bobsBrowsers)(
  'one in %s who sends nothing sees and hears the other; two tracks that it adds at once are both seen',
  async (bobsBrowser, { browsers, server }) => {
    const [ann, bob] = await openTwo({ browsers, server }, `one sends, to ${bobsBrowser}`, bobsBrowser);
    await Promise.all([ann.start(), bob.start({ media: false })]);
    await expectConnected(ann, bob);
    await expectFrames(bob);
    await expectTexts(ann, bob);
    expect(await seenBy(bob)).toEqual(['audio', 'video']);
    expect(await seenBy(ann)).toEqual([]);
    expect(await bob.read('call.localStream')).toBe(null);
    await bob.read('void [1, 2].map(() => call.addTrack(drawTrack(32, 24)))');
    await expect.poll(() => seenBy(ann)).toEqual(['video', 'video']);
    await expectFrames(ann, bob);
  },
);

test('two who send nothing write to each other', async ({ browsers, server }) => {
  const [ann, bob] = await openTwo({ browsers, server }, 'none sends');
  await call(ann, bob, { media: false });
  await expectTexts(ann, bob);
  expect([await seenBy(ann), await seenBy(bob)]).toEqual([[], []]);
});

test.for(bobsBrowsers)(
  'a track that comes and goes three times is seen each time on the other side in %s, in the same place',
  async (bobsBrowser, { browsers, server }) => {
    const [ann, bob] = await openTwo({ browsers, server }, `more, to ${bobsBrowser}`, bobsBrowser);
    await Promise.all([ann.start({ media: false }), bob.start()]);
    await expectConnected(ann, bob);
    await ann.read('window.drawn = drawTrack()');
    for (let round = 1; round <= 3; round += 1) {
      await ann.read('call.addTrack(drawn)');
      await expect.poll(() => seenBy(bob)).toEqual(['video']);
      await expectFrames(ann, bob);
      await ann.read('call.removeTrack(drawn)');
      await expect.poll(() => seenBy(bob)).toEqual([]);
    }
    expect(await ann.read('drawn.readyState')).toBe('live');
    // One for texts, and one for each kind. More with each round would not fit into a message in the end.
    expect((await ann.said('description')).at(-1)?.match(/m=/g)).toHaveLength(3);
  },
);

test('a track that is replaced is seen without a new offer', async ({ browsers, server }) => {
  const [ann, bob] = await openTwo({ browsers, server }, 'instead');
  await call(ann, bob);
  await expectFrames(ann, bob);
  const offers = await ann.said('description');
  await ann.read(`call.replaceTrack(call.localStream.getVideoTracks()[0], drawTrack(200, 100))`);
  await expect.poll(() => sizeSeenBy(bob)).toEqual([200, 100]);
  expect(await ann.said('description')).toEqual(offers);
  expect(await seenBy(bob)).toEqual(['audio', 'video']);
});

test('a shared screen is seen in place of the camera, until it is stopped by the call or by the browser', async ({
  browsers,
  server,
}) => {
  const [ann, bob] = await openTwo({ browsers, server }, 'a screen');
  await call(ann, bob);
  await expect.poll(() => sizeSeenBy(bob)).toEqual([160, 120]);
  for (const stop of [
    'call.stopSharing()',
    `call.localStream.getVideoTracks()[0].dispatchEvent(new Event('ended'))`,
  ]) {
    await ann.read('call.shareScreen()');
    expect(await ann.read('call.isSharingScreen')).toBe(true);
    await expect.poll(() => shapeSeenBy(bob)).toBeCloseTo(16 / 9, 1);
    await ann.read(stop);
    await expect.poll(() => sizeSeenBy(bob)).toEqual([160, 120]);
    expect(await ann.read('call.isSharingScreen')).toBe(false);
  }
});

test('a screen that is shared by one who has no camera comes, and goes', async ({ browsers, server }) => {
  const [ann, bob] = await openTwo({ browsers, server }, 'a screen alone');
  await Promise.all([ann.start({ media: false }), bob.start()]);
  await expectConnected(ann, bob);
  await ann.read('call.shareScreen()');
  await expect.poll(() => shapeSeenBy(bob)).toBeCloseTo(16 / 9, 1);
  await ann.read('call.stopSharing()');
  await expect.poll(() => seenBy(bob)).toEqual([]);
});

test('a camera that is off is black on the other side, and a microphone that is off is silent', async ({
  browsers,
  server,
}) => {
  const [ann, bob] = await openTwo({ browsers, server }, 'off');
  await call(ann, bob);
  // The fake microphone beeps once a second.
  await expect.poll(() => bob.read('loudness(1500)')).toBeGreaterThan(0.01);
  await expect.poll(() => bob.read('brightness()')).toBeGreaterThan(100);
  await ann.read('call.muteVideo(true), call.muteAudio(true)');
  await expect.poll(() => bob.read('brightness()')).toBeLessThan(40);
  await expect.poll(() => bob.read('loudness(1500)')).toBe(0);
  await ann.read('call.muteVideo(false), call.muteAudio(false)');
  await expect.poll(() => bob.read('brightness()')).toBeGreaterThan(100);
  await expect.poll(() => bob.read('loudness(1500)')).toBeGreaterThan(0.01);
});

async function sizeSeenBy(caller: Caller): Promise<unknown[]> {
  const { receivedWidth, receivedHeight } = await caller.stats();
  return [receivedWidth, receivedHeight];
}

async function shapeSeenBy(caller: Caller): Promise<number> {
  const { receivedWidth = 0, receivedHeight = 1 } = await caller.stats();
  return receivedWidth / receivedHeight;
}
