// The signaling server is killed in a call and comes back: pictures never stop, and the call can still be changed and ended.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
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

    await ann.read('call.addTrack(drawTrack())');
    await expect.poll(() => bob.read('call.remoteStream.getTracks().length')).toBe(3);
    const gaps = await Promise.all([ann, bob].map((caller) => caller.read<number>('longestGap()')));
    console.log(
      `over ${protocol}: longest time without a new frame ${gaps.map(Math.round).join(' and ')} ms`,
    );
    for (const gap of gaps) expect(gap).toBeLessThan(1000);

    await bob.hangUp();
    for (const caller of [ann, bob]) {
      await expectState(caller, 'ended');
      expect(await caller.states()).toEqual(['waiting', 'connecting', 'connected', 'ended']);
    }
  },
);
