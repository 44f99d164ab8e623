// A new version comes, one node after the other, behind nginx and in the middle of a call: pictures never stop.
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
import { startCluster } from '../support/cluster.js';
import { startNginx } from '../support/nginx.js';

const rounds = 5;

test.for<Protocol>(['rooms', 'names'])(
  'every node is restarted in turn under a call over %s: pictures go on, and the call can still be changed and ended',
  { timeout: 90_000 * rounds },
  async (protocol, { chromium }) => {
    const cluster = await startCluster(3, { env: { TRUST_PROXY: 'true', PUBLIC_DIR: callHarness } });
    const { url } = await startNginx(cluster.ports);
    const [ann, bob] = await openPair(chromium, chromium, url);
    await meet(ann, bob, protocol);
    await call(ann, bob);
    await expectFrames(ann, bob);
    for (const caller of [ann, bob]) await caller.read('watchFrames()');

    for (const node of Array.from({ length: rounds }, () => cluster.nodes).flat()) {
      expect(await node.stop()).toBe(0);
      await node.startAgain();
      for (const caller of [ann, bob]) {
        await expect.poll(() => caller.read('[channel.state, channel.peer]')).toEqual(['open', 'here']);
      }
      await expectFrames(ann, bob);
    }
    await expectTexts(ann, bob);

    await expectUnharmed(ann, bob);
  },
);
