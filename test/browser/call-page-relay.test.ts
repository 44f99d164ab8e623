// The page /call through a relay only: it says so, it says so when the relay dies under the call, and it finds the new one.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  expectChat,
  expectFrames,
  expectNoComplaints,
  expectSays,
  join,
  openPage,
  say,
} from '../support/call-page-steps.js';
import { launchCallBrowser, type CallBrowser, type CallWindow } from '../support/call-windows.js';
import { startCoturn } from '../support/coturn.js';
import { servePages } from '../support/serve-pages.js';

let chromium: CallBrowser;

beforeAll(async () => {
  chromium = await launchCallBrowser('chromium');
});

afterAll(async () => {
  await chromium.close();
});

const relayed = 'Connected, through a relay';

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

test('a relay that dies under a call is missed in words, and pictures and words are back with it', async () => {
  const turn = await startCoturn();
  const server = await servePages({ turnUrls: [turn.url], turnSecret: turn.secret });
  onTestFinished(server.close);
  const enter = async (): Promise<CallWindow> => {
    const window = await openPage(chromium, `${server.url}call#relay`, { before: relayOnly });
    await window.click('.ladder > summary');
    await join(window);
    return window;
  };
  const ann = await enter();
  await expectSays(ann, 'Waiting for the other person');
  const bob = await enter();
  const both = [ann, bob];
  for (const window of both) await expectSays(window, relayed);
  await expectFrames(...both);
  for (const window of both) await expectRelayedCandidates(window);

  await turn.kill();
  for (const window of both) await expectSays(window, 'Looking for a new path');
  await say(ann, 'Are you still there?');

  await turn.startAgain();
  for (const window of both) await expectSays(window, relayed);
  await expectFrames(...both);
  await expectChat(bob, 'The other person: Are you still there?');
  await expectChat(ann, 'You: Are you still there?');
  await expectNoComplaints(...both);
});

/** In the live ladder: both sides tell each other of addresses at the relay, and of no others. */
async function expectRelayedCandidates(window: CallWindow): Promise<void> {
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
