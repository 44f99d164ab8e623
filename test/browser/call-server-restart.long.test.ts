// The signaling server is killed in a call and comes back: pictures never stop, and the call can still be changed and ended.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
import {
  call,
  callHarness,
  expectFrames,
  expectTexts,
  expectUnharmed,
  meet,
  openPair,
  type Protocol,
} from '../support/callers.js';
import { startServerProcess } from '../support/server-process.js';

test.for<Protocol>(['rooms', 'names'])(
  'the server is killed in a call over %s and started again: pictures go on, new tracks come, and a hang-up is heard',
  async (protocol, { chromium }) => {
    const server = await startServerProcess({ PUBLIC_DIR: callHarness });
    const [ann, bob] = await openPair(chromium, chromium, server.url);
    await meet(ann, bob, protocol);
    await call(ann, bob);
    await expectFrames(ann, bob);
    for (const caller of [ann, bob]) await caller.read('watchFrames()');

    await server.kill();
    for (const caller of [ann, bob]) {
      await expect.poll(() => caller.read('channel.state')).toBe('reconnecting');
    }
    await expectTexts(ann, bob);
    await server.startAgain();
    for (const caller of [ann, bob]) {
      await expect.poll(() => caller.read('[channel.state, channel.peer]')).toEqual(['open', 'here']);
    }
    await expectFrames(ann, bob);
    await expectTexts(ann, bob);

    await expectUnharmed(ann, bob);
  },
);
