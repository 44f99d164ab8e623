// The other one reloads its page, or hangs up and calls again: the two are connected once more.
import { expect } from 'vitest';
import { testWith } from '../support/browser-test.js';
import {
  call,
  callHarness,
  expectConnected,
  expectFrames,
  expectState,
  expectTexts,
  meet,
  openPair,
} from '../support/callers.js';

const test = testWith({ publicDir: callHarness });

test.for(['initiator', 'joiner'])(
  'the %s reloads its page in a call, and both are connected again',
  async (role, { chromium, server }) => {
    const [ann, bob] = await openPair(chromium, chromium, server.url);
    await meet(ann, bob, 'rooms', `reload of ${role}`);
    await call(ann, bob);
    await expectFrames(ann, bob);
    const [reloads, stays] = role === 'initiator' ? [ann, bob] : [bob, ann];
    await reloads.window.reload();
    await reloads.read(`enter('reload of ${role}')`);
    expect(await reloads.read('channel.role')).toBe(role);
    await reloads.start();
    await expectConnected(ann, bob);
    await expectFrames(ann, bob);
    await expectTexts(ann, bob);
    await reloads.hangUp();
    await expectState(stays, 'ended');
  },
);

test('one hangs up and calls again over the same channel, while the other waits for it', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await openPair(chromium, chromium, server.url);
  await meet(ann, bob, 'rooms', 'once more');
  for (const round of [1, 2]) {
    await call(ann, bob);
    await expectFrames(ann, bob);
    await (round === 1 ? ann : bob).hangUp();
    for (const caller of [ann, bob]) await expectState(caller, 'ended');
  }
  expect(await ann.read('channel.state')).toBe('open');
});

test('calls that were hung up before the other began are over, and the next one is not', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await openPair(chromium, chromium, server.url);
  await meet(ann, bob, 'rooms', 'too early');
  for (const caller of [ann, bob]) {
    await caller.start();
    await expectState(caller, 'connecting');
    await caller.hangUp();
  }
  await call(ann, bob);
  await expectFrames(ann, bob);
  await expectTexts(ann, bob);
});
