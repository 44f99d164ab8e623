// A person may think for long: an open prompt stops the page, but not the browser, which answers the server's pings.
import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import { testWith } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { ask, enter, expectLog, meet, said } from '../support/chat-steps.js';

/** A connection that does not answer for two of these is dead. */
const heartbeatMs = 1000;

const test = testWith({ heartbeatMs });

/** More than twice what the heartbeat allows to a dead connection. */
const thinkingMs = 5000;

test.for([
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
] as const)(
  '[R16] the seat of a %s page outlives a prompt that stays open',
  async ([slow, quick], { browsers, chromium, server }) => {
    const ann: BrowserWindow = await browsers[slow].openWindow();
    const bob: BrowserWindow = await browsers[quick].openWindow();
    await meet(ann, bob, server.url, 'patience');
    const prompt = await ann.prompt();

    // All the while, the server finds two living people in the channel.
    const cy = await chromium.openWindow();
    await enter(cy, server.url, 'patience');
    await expectLog(cy, said.full('patience'));
    const start = performance.now();
    // It asks again by itself, and finds two who answer each time.
    while (performance.now() - start < thinkingMs) {
      await after(heartbeatMs);
      await expectLog(cy, said.full('patience'));
    }
    await cy.closeTab();

    await prompt.accept('I had to think');
    expect(await bob.reply('Take your time')).toBe(ask.answer);
    expect(await ann.reply('Bye')).toBe(ask.keepOn);
    await expectLog(
      ann,
      said.created('patience'),
      said.paired('patience'),
      said.response('Take your time'),
      said.ownBye,
    );
    await expectLog(bob, said.joined('patience'), said.message('I had to think'), said.otherBye);
  },
);
