// The page /call through a relay only: it says so, it says so when the relay dies under the call, and it finds the new one.
import { expect, onTestFinished } from 'vitest';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { callSays } from '../support/call-says.js';
import { servePages } from '../support/serve-pages.js';
import {
  expectChat,
  expectFrames,
  expectNoComplaints,
  expectSays,
  join,
  openPage,
  say,
} from '../support/call-page-steps.js';
import { startCoturn } from '../support/coturn.js';

const relayed = callSays.relayed;

/** Runs in the page before its own scripts: the page itself has no such setting. */
const relayOnly = `
  const overRelay = (configuration) => ({ ...configuration, iceTransportPolicy: 'relay' });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(overRelay(configuration));
    }
    setConfiguration(configuration) {
      super.setConfiguration(overRelay(configuration));
    }
  };`;

test('a relay that dies under a call is missed in words, and pictures and words are back with it', async ({
  chromium,
}) => {
  const turn = await startCoturn();
  const server = await servePages({ turnUrls: [turn.url], turnSecret: turn.secret });
  onTestFinished(server.close);
  const enter = async (): Promise<BrowserWindow> => {
    const window = await openPage(chromium, `${server.url}call#relay`, { before: relayOnly });
    await window.click('.ladder > summary');
    await join(window);
    return window;
  };
  const ann = await enter();
  await expectSays(ann, callSays.waiting);
  const bob = await enter();
  const both = [ann, bob];
  for (const window of both) await expectSays(window, relayed);
  await expectFrames(...both);
  for (const window of both) await expectRelayedCandidates(window);

  await turn.kill();
  for (const window of both) await expectSays(window, callSays.newPath);
  await say(ann, 'Are you still there?');

  await turn.startAgain();
  for (const window of both) await expectSays(window, relayed);
  await expectFrames(...both);
  await expectChat(bob, 'Other: Are you still there?');
  await expectChat(ann, 'You: Are you still there?');
  await expectNoComplaints(...both);
});

/** In the live ladder: both sides tell each other of addresses at the relay, and of no others. */
async function expectRelayedCandidates(window: BrowserWindow): Promise<void> {
  const candidates = async (): Promise<string[]> => {
    const rows = await window.read<string[]>(
      `[...document.querySelectorAll('.ladder .ladder-line')].map((line) => line.textContent.trim())`,
    );
    return [...new Set(rows.filter((row) => row.includes(': candidate: ')))].sort();
  };
  await expect
    .poll(candidates)
    .toEqual(['The other to you: candidate: relay, udp', 'You to the other: candidate: relay, udp']);
}
