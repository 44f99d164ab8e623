// Four nodes whose clocks on the wall are minutes and an hour apart: nothing is different, since only Redis's clock counts.
import { expect, it } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { startBalancer } from '../support/balancer.js';
import { startCluster, type ClusterNode } from '../support/cluster.js';
import { wrongClock } from '../support/wrong-clock.js';
import { createChance } from '../support/chance.js';
import { gatherCrowd } from './crowd.js';
import { inMs, noteFigure } from '../support/figures.js';
import { createNodeFaults } from './node-faults.js';
import { race } from './race.js';
import { closeSocketsAfterTest } from '../support/seat-client.js';
import { countTo, judge, openTalker } from './talker.js';

const offsets = ['+0s', '+90s', '-90s', '+1h'];
const rooms = 1000;
const kills = 60;
const stops = 30;
const messages = 1800;
const graceMs = 3000;
const mostStuckMs = leaseMs + graceMs + 1000;

it(`[R32] [R33] clocks that are ${offsets.join(', ')} apart: the same results`, async (context) => {
  const chance = createChance('clocks');
  closeSocketsAfterTest();
  const clocks = offsets.map(wrongClock);
  const cluster = await startCluster(offsets.length, {
    env: { GRACE_MS: String(graceMs), HEARTBEAT_MS: '2000' },
    envOf: (index) => clocks[index] ?? {},
  });
  const { nodes, ports } = cluster;
  expect(nodes.map(secondsOff)).toEqual([0, 90, -90, 3600]);

  const { verdicts } = await race({ nodes, rooms, contenders: 16, roomsAtOnce: 5 });
  noteFigure(context, `wrong clocks: ${rooms} races`, JSON.stringify(verdicts), `${rooms} times the first`);

  const balancer = await startBalancer(ports);
  const crowd = gatherCrowd({ nodes, rooms: 6, wanting: 4 });
  const ann = await openTalker(balancer.url, 'talk');
  const bob = await openTalker(balancer.url, 'talk');
  const faults = createNodeFaults({ nodes, crowd, balancer, chance });
  const sent: Promise<void>[] = [];
  async function inTurn(times: number, fault: () => Promise<void>): Promise<void> {
    for (let turn = 0; turn < times; turn++) {
      for (const talker of [ann, bob]) sent.push(talker.say(Math.floor(messages / (kills + stops))));
      await fault();
    }
  }
  await Promise.all([inTurn(kills, faults.kill), inTurn(stops, faults.stop)]);
  await Promise.all(sent);
  await crowd.goHome();

  const { watch } = crowd;
  const what = `wrong clocks, ${kills} kills, ${stops} stops`;
  noteFigure(context, `${what}: the most in one room at an instant`, watch.mostAtOnce(), '2');
  noteFigure(
    context,
    `${what}: longest told "full" after one had died`,
    inMs(watch.longestStuckMs()),
    `at most ${mostStuckMs} ms`,
  );
  noteFigure(context, `${what}: ${ann.said} messages, ann to bob`, judge(bob.got, ann.said), '0, 0, 0');
  noteFigure(context, `${what}: ${bob.said} messages, bob to ann`, judge(ann.got, bob.said), '0, 0, 0');
  expect(verdicts).toEqual({ '1 created, 14 full, 1 joined': rooms });
  expect(crowd.heard).toBeGreaterThan(0);
  expect(watch.crowds()).toEqual([]);
  expect(watch.mostAtOnce()).toBe(2);
  expect(watch.longestStuckMs()).toBeLessThanOrEqual(mostStuckMs);
  expect([ann.got, bob.got]).toEqual([countTo(bob.said), countTo(ann.said)]);
});

/** By how much the dates in its log are off, in steps of 90 s: a start takes its time. */
function secondsOff(node: ClusterNode): number {
  const [, time] = /"time":(\d+)/.exec(node.output()) ?? [];
  return Math.round((Number(time) - Date.now()) / 90_000) * 90 + 0;
}
