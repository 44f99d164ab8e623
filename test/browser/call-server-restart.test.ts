// The signaling server is gone for the rest of a call: who hangs up meanwhile is heard once it is back.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
import { lookAt } from '../support/browser-window.js';
import { call, callHarness, expectFrames, expectState, meet, openPair } from '../support/callers.js';
import { startServerProcess } from '../support/server-process.js';

test('the server is away for the rest of a call: it goes on, and a hang-up there ends it here', async ({
  chromium,
}) => {
  const server = await startServerProcess({ PUBLIC_DIR: callHarness });
  const [ann, bob] = await openPair(chromium, chromium, server.url);
  await meet(ann, bob, 'rooms');
  await call(ann, bob);
  await server.kill();
  await expect.poll(() => ann.read('channel.state')).toBe('reconnecting');
  await expectFrames(ann, bob);
  await bob.hangUp();
  await expectState(bob, 'ended');
  await expectState(ann, 'reconnecting');
  await server.startAgain();
  for (const caller of [ann, bob]) await lookAt(caller);
  await expectState(ann, 'ended');
  expect(await ann.read('call.endedBy')).toBe('other');
});
