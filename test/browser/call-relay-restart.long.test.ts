// The relay is killed under calls that go through it only, and started again: pictures come back.
import { expect, onTestFinished } from 'vitest';
import { test } from '../support/browser-test.js';
import type { BrowserName } from '../support/browser-window.js';
import { servePages } from '../support/serve-pages.js';
import {
  call,
  callHarness,
  expectConnected,
  expectFrames,
  expectState,
  expectTexts,
  meet,
  openPair,
  type Caller,
} from '../support/callers.js';
import { startCoturn } from '../support/coturn.js';

const pairs: [BrowserName, BrowserName][] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];

/**
 * 2.5 s until the loss is noticed. If the new relay gives no address at the first try, 2.5 s until the next one, and
 * 1.2 s more where the polite side begins it (recovery-rules). The rest is for gathering and checks.
 */
const mostMs = 8000;

test.for(['at once', 'when all have lost it'])(
  'a relay that is back %s brings the pictures back',
  async (when, { browsers }) => {
    const turn = await startCoturn();
    const settings = { publicDir: callHarness, turnUrls: [turn.url], turnSecret: turn.secret };
    const server = await servePages(settings);
    onTestFinished(server.close);
    // All at the same time, because losing a path takes its time.
    const calls: { name: string; both: [Caller, Caller] }[] = [];
    for (const [anns, bobs] of pairs) {
      const both = await openPair(browsers[anns], browsers[bobs], server.url);
      const name = `${anns} and ${bobs}`;
      await meet(...both, 'rooms', name);
      await call(...both, { relayOnly: true });
      calls.push({ name, both });
    }
    const callers = calls.flatMap(({ both }) => both);
    await expectFrames(...callers);

    const killedAt = performance.now();
    await turn.kill();
    if (when === 'when all have lost it') {
      await Promise.all(callers.map((caller) => expectState(caller, 'reconnecting')));
      console.log(`all have lost it after ${Math.round(performance.now() - killedAt)} ms`);
    }
    await turn.startAgain();
    const startedAt = performance.now();
    await Promise.all(
      calls.map(async ({ name, both }) => {
        await Promise.all(both.map(expectPictures));
        const ms = Math.round(performance.now() - startedAt);
        console.log(`${name}: pictures are back ${ms} ms after the relay`);
        expect(ms).toBeLessThan(mostMs);
        await expectConnected(...both);
      }),
    );
    for (const { both } of calls) await expectTexts(...both);
  },
);

/** The loss has to be noticed first: that takes 2.5 s where the browser says nothing. */
async function expectPictures(caller: Caller): Promise<void> {
  const received = async (): Promise<number> => (await caller.stats()).framesReceived ?? 0;
  const before = await received();
  await expect.poll(received).toBeGreaterThanOrEqual(before + 3);
}
