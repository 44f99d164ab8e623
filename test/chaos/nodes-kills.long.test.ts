// Three nodes on one Redis, one after the other killed, or stopped for longer than its lease, under people who come and
// go and people who talk: never three in a room, no room full for longer than its dead are kept, nothing lost.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { startBalancer } from '../support/balancer.js';
import { startCluster } from '../support/cluster.js';
import { createChance } from '../support/chance.js';
import { gatherCrowd } from './crowd.js';
import { inMs, noteFigure } from '../support/figures.js';
import { createNodeFaults } from './node-faults.js';
import { closeSocketsAfterTest } from '../support/seat-client.js';
import { countTo, judge, openTalker } from './talker.js';

const kills = 200;
const stops = 100;
const messages = 10_000;
const pairs = 5;
const rooms = 12;
const graceMs = 3000;
/** What a room may be full for after somebody in it has died. */
const mostStuckMs = leaseMs + graceMs + 1000;

it(`[R31] [R32] [R33] ${kills} kills and ${stops} stops of 3 nodes: never three in a room, 0 messages lost`, async (context) => {
  const chance = createChance('node kills');
  closeSocketsAfterTest();
  const env = { GRACE_MS: String(graceMs), HEARTBEAT_MS: '2000' };
  const { nodes, ports } = await startCluster(3, { env });
  const balancer = await startBalancer(ports);
  const crowd = gatherCrowd({ nodes, rooms, wanting: 4 });
  const talkers = await Promise.all(
    Array.from({ length: pairs }, async (_, number) => {
      const name = `talk-${number}`;
      return [await openTalker(balancer.url, name), await openTalker(balancer.url, name)] as const;
    }),
  );
  const everybody = talkers.flat();

  const faults = createNodeFaults({ nodes, crowd, balancer, chance });
  const share = Math.ceil(messages / everybody.length / (kills + stops));
  const most = messages / everybody.length;
  const sent: Promise<void>[] = [];
  function talk(): void {
    for (const talker of everybody) sent.push(talker.say(Math.min(share, most - talker.said)));
  }

  async function inTurn(times: number, fault: () => Promise<void>): Promise<void> {
    for (let turn = 0; turn < times; turn++) {
      talk();
      await fault();
      await pause(chance.whole(0, 1000));
    }
  }

  await Promise.all([inTurn(kills, faults.kill), inTurn(stops, faults.stop)]);
  while (everybody.some(({ said }) => said < most)) talk();
  await Promise.all(sent);
  await crowd.goHome();

  const { watch } = crowd;
  const what = `${kills} kills, ${stops} stops`;
  noteFigure(
    context,
    `${what}: seats granted, people told "full"`,
    `${watch.granted()}, ${crowd.turnedAway}`,
  );
  noteFigure(context, `${what}: the most in one room at an instant`, watch.mostAtOnce(), '2');
  noteFigure(
    context,
    `${what}: longest told "full" after one had died`,
    inMs(watch.longestStuckMs()),
    `at most ${mostStuckMs} ms`,
  );
  for (const [ann, bob] of talkers) {
    noteFigure(context, `${what}: ${ann.said} messages, ann to bob`, judge(bob.got, ann.said), '0, 0, 0');
    noteFigure(context, `${what}: ${bob.said} messages, bob to ann`, judge(ann.got, bob.said), '0, 0, 0');
  }
  expect(crowd.heard).toBeGreaterThan(0);
  expect(watch.crowds()).toEqual([]);
  expect(watch.mostAtOnce()).toBe(2);
  expect(watch.longestStuckMs()).toBeLessThanOrEqual(mostStuckMs);
  for (const [ann, bob] of talkers) {
    expect(bob.got).toEqual(countTo(most));
    expect(ann.got).toEqual(countTo(most));
  }
});
