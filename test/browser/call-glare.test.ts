// Both start, or change something, at the same instant, so that their offers cross: each time there is one call.
import { expect } from 'vitest';
import { testWith } from '../support/browser-test.js';
import type { BrowserName } from '../support/browser-window.js';
import { isFull, scaled } from '../support/scale.js';
import {
  call,
  callHarness,
  expectConnected,
  expectFrames,
  expectTexts,
  meet,
  openPair,
  type Caller,
  type Protocol,
  type StartOptions,
} from '../support/callers.js';

const test = testWith({ publicDir: callHarness, maxMessageBytes: 1_000_000 });

type Media = NonNullable<StartOptions['media']>;

/** What the two send: descriptions of different shapes are the hardest to agree on. */
const medias: [anns: Media, bobs: Media][] = [
  ['own', 'own'],
  [false, 'own'],
  ['own', false],
  [false, false],
];

type Pair = [anns: BrowserName, bobs: BrowserName, Protocol];

/** Over names, phone-page.test.ts calls at the same instant. */
const few: Pair[] = [['chromium', 'firefox', 'rooms']];
const others: Pair[] = [
  ['firefox', 'chromium', 'names'],
  ['chromium', 'chromium', 'rooms'],
  ['firefox', 'chromium', 'rooms'],
  ['chromium', 'chromium', 'names'],
  ['chromium', 'firefox', 'names'],
];
// All shapes of descriptions, at least once.
const rounds = scaled(20, medias.length);

test.for(isFull ? [...few, ...others] : few)(
  `%s and %s start at the same instant, over %s, ${rounds} times, and are connected each time`,
  async ([anns, bobs, protocol], { browsers, server }) => {
    const [ann, bob] = await openPair(browsers[anns], browsers[bobs], server.url);
    await Promise.all([ann.read('takeMedia()'), bob.read('takeMedia()')]);
    for (let round = 0; round < rounds; round += 1) {
      const [annSends, bobSends] = medias[round % medias.length] ?? ['own', 'own'];
      await meet(ann, bob, protocol, `${anns} ${bobs} ${round}`);
      await atOnce(
        ann,
        `start(${JSON.stringify({ media: annSends })})`,
        bob,
        `start(${JSON.stringify({ media: bobSends })})`,
      );
      await expectConnected(ann, bob);
      await expectFrames(...(bobSends ? [ann] : []), ...(annSends ? [bob] : []));
      if (round === rounds - 1) await expectTexts(ann, bob);
      await Promise.all([ann.read('leave()'), bob.read('leave()')]);
    }
  },
);

test.for<[BrowserName, BrowserName]>([
  ['chromium', 'firefox'],
  ...(isFull
    ? ([
        ['firefox', 'chromium'],
        ['chromium', 'chromium'],
      ] satisfies [BrowserName, BrowserName][])
    : []),
])(
  'offers of %s and %s cross three times in a call, and all that was added is seen',
  async ([anns, bobs], { browsers, server }) => {
    const [ann, bob] = await openPair(browsers[anns], browsers[bobs], server.url);
    await meet(ann, bob, 'rooms', `${anns} ${bobs} add`);
    await call(ann, bob);
    let crossings = 0;
    let rounds = 0;
    const tracks = { anns: 2, bobs: 2 };
    while (crossings < 3) {
      rounds += 1;
      const offers = { ann: await offersOf(ann), bob: await offersOf(bob) };
      // One adds a track, and the other two.
      await atOnce(
        ann,
        'call.addTrack(drawTrack(32, 24))',
        bob,
        '[1, 2].map(() => call.addTrack(drawTrack(32, 24)))',
      );
      tracks.anns += 1;
      tracks.bobs += 2;
      await expect.poll(() => bob.read('call.remoteStream.getTracks().length')).toBe(tracks.anns);
      await expect.poll(() => ann.read('call.remoteStream.getTracks().length')).toBe(tracks.bobs);
      if ((await offersOf(ann)) > offers.ann && (await offersOf(bob)) > offers.bob) crossings += 1;
    }
    console.log(`${anns} and ${bobs}: offers crossed in ${crossings} of ${rounds} rounds`);
    await expectFrames(ann, bob);
    await expectTexts(ann, bob);
  },
);

/** Both do it in the same millisecond, as good as their clocks are. */
async function atOnce(ann: Caller, annDoes: string, bob: Caller, bobDoes: string): Promise<void> {
  const now = await Promise.all([ann, bob].map((caller) => caller.read<number>('Date.now()')));
  const time = Math.max(...now) + 100;
  await Promise.all([ann.read(`at(${time}, () => ${annDoes})`), bob.read(`at(${time}, () => ${bobDoes})`)]);
}

async function offersOf(caller: Caller): Promise<number> {
  return (await caller.said('description')).filter((text) => text.includes('"type":"offer"')).length;
}
