// The release before and this one on one Redis, as during an upgrade node by node: one node stays old, one is new, one
// changes at each start. They are killed and stopped for ten minutes under people who come and go, people who talk, and
// people who call each other by name.
import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { startOther } from '../bench/other-version.js';
import { startBalancer } from '../support/balancer.js';
import { startCluster } from '../support/cluster.js';
import { projectRoot } from '../support/source-files.js';
import { openNamedPair } from './named-pair.js';
import { createChance } from '../support/chance.js';
import { gatherCrowd } from './crowd.js';
import { inMs, noteFigure } from '../support/figures.js';
import { createNodeFaults } from './node-faults.js';
import { closeSocketsAfterTest } from '../support/seat-client.js';
import { countTo, judge, openTalker } from './talker.js';

const minutes = 10;
const pairs = 5;
const namedPairs = 5;
const rooms = 12;
const graceMs = 8000;
const sayEveryMs = 200;
/** What a room may be full for after somebody in it has died. */
const mostStuckMs = leaseMs + graceMs + 1000;

it(`[R31] [R32] [R33] [U27] two releases on one Redis, ${minutes} minutes of kills and stops: never three in a room, 0 lost`, async (context) => {
  const chance = createChance('mixed releases');
  closeSocketsAfterTest();
  const before = startOther(projectRoot, releaseBefore());
  let starts = 0;
  const { nodes, ports } = await startCluster(3, {
    env: { GRACE_MS: String(graceMs), HEARTBEAT_MS: '2000' },
    folderOf: (index) => (index === 0 || (index === 2 && starts++ % 2 === 0) ? before.root : undefined),
  });
  const balancer = await startBalancer(ports);
  const crowd = gatherCrowd({ nodes, rooms, wanting: 4 });
  const talkers = await Promise.all(
    Array.from({ length: pairs }, async (_, number) => {
      const name = `talk-${number}`;
      return [await openTalker(balancer.url, name), await openTalker(balancer.url, name)] as const;
    }),
  );
  const everybody = talkers.flat();
  const callers = await Promise.all(
    Array.from({ length: namedPairs }, (_, number) => openNamedPair(balancer.url, `named-${number}`)),
  );

  const faults = createNodeFaults({ nodes, crowd, balancer, chance });
  const endsAt = performance.now() + minutes * 60_000;
  const isOver = (): boolean => performance.now() >= endsAt;
  const sent: Promise<void>[] = [];
  let done = 0;

  async function talk(): Promise<void> {
    while (!isOver()) {
      for (const talker of everybody) sent.push(talker.say(1));
      for (const caller of callers) sent.push(caller.say());
      await pause(sayEveryMs);
    }
  }

  async function repeat(fault: () => Promise<void>): Promise<void> {
    while (!isOver()) {
      await fault();
      done++;
      await pause(chance.whole(0, 1000));
    }
  }

  await Promise.all([talk(), repeat(faults.kill), repeat(faults.stop)]);
  await Promise.all(sent);
  await crowd.goHome();

  const { watch } = crowd;
  const what = `${before.name} and this one, ${done} kills and stops`;
  noteFigure(context, `${what}: seats granted`, `${watch.granted()}`);
  noteFigure(context, `${what}: the most in one room at an instant`, watch.mostAtOnce(), '2');
  noteFigure(context, `${what}: longest told "full" after one had died`, inMs(watch.longestStuckMs()));
  for (const [ann, bob] of talkers) {
    noteFigure(context, `${what}: ${ann.said} messages, ann to bob`, judge(bob.got, ann.said), '0, 0, 0');
    noteFigure(context, `${what}: ${bob.said} messages, bob to ann`, judge(ann.got, bob.said), '0, 0, 0');
  }
  for (const caller of callers) {
    noteFigure(
      context,
      `${what}: ${caller.said} messages by name`,
      judge(caller.got, caller.said),
      '0, 0, 0',
    );
  }
  expect(watch.crowds()).toEqual([]);
  expect(watch.mostAtOnce()).toBe(2);
  expect(watch.longestStuckMs()).toBeLessThanOrEqual(mostStuckMs);
  for (const [ann, bob] of talkers) {
    expect(bob.got).toEqual(countTo(ann.said));
    expect(ann.got).toEqual(countTo(bob.said));
  }
  for (const caller of callers) expect(caller.got).toEqual(countTo(caller.said));
});

/** The last commit that had the first format: the one before the file that it was in was removed. */
function releaseBefore(): string {
  const args = ['-C', projectRoot, 'rev-list', '-1', 'HEAD', '--', 'server/rooms/resync-rules.ts'];
  return `${execFileSync('git', args, { encoding: 'utf8' }).trim()}^`;
}
