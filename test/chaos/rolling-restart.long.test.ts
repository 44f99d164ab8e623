// A new version comes: one node after the other is told to end and started again, under people who talk through nginx.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startCluster } from '../support/cluster.js';
import { startNginx } from '../support/nginx.js';
import { createChance } from '../support/chance.js';
import { inMs, noteFigure, percentile } from '../support/figures.js';
import { countTo, openTalker, type Talker } from './talker.js';

const rooms = 300;
const rounds = 5;
/** The longest that one who has been heard says nothing. */
const pauseMs = 2000;
/** So many enter at once in the beginning. */
const atOnce = 20;

it(`[R27] ${rounds} rolling restarts of 3 nodes under ${rooms} rooms: 0 lost, 0 Bye`, async (context) => {
  const chance = createChance('rolling restart');
  const cluster = await startCluster(3, { env: { TRUST_PROXY: 'true' } });
  const { url } = await startNginx(cluster.ports);
  const talkers: [Talker, Talker][] = [];
  while (talkers.length < rooms) {
    const names = Array.from({ length: Math.min(atOnce, rooms - talkers.length) }, (_, index) => {
      return `room-${talkers.length + index}`;
    });
    const pairs = names.map(async (name): Promise<[Talker, Talker]> => {
      return [await openTalker(url, name), await openTalker(url, name)];
    });
    talkers.push(...(await Promise.all(pairs)));
  }
  const everybody = talkers.flat();

  let isOver = false;
  async function chat(talker: Talker): Promise<void> {
    while (!isOver) {
      await talker.say(1);
      await pause(chance.whole(0, pauseMs));
    }
  }
  const chats = everybody.map(chat);

  for (let round = 0; round < rounds; round++) {
    for (const node of cluster.nodes) {
      expect(await node.stop()).toBe(0);
      await node.startAgain();
    }
  }
  isOver = true;
  await Promise.all(chats);

  const said = everybody.reduce((sum, each) => sum + each.said, 0);
  const lost = talkers.flatMap(([ann, bob]) => [
    ...missingFrom(bob.got, ann.said),
    ...missingFrom(ann.got, bob.said),
  ]);
  const drops = everybody.flatMap(({ dropsMs }) => dropsMs);
  const byes = everybody.reduce((sum, each) => sum + each.byes, 0);
  const gone = everybody.filter(({ presences }) => presences.includes('gone')).length;
  noteFigure(context, `rolling restarts: ${said} messages in ${rooms} rooms, lost`, lost.length, '0');
  noteFigure(context, 'rolling restarts: Bye heard', byes, '0');
  noteFigure(context, 'rolling restarts: told that the other is gone', gone, '0');
  noteFigure(context, 'rolling restarts: drops', drops.length);
  noteFigure(context, 'rolling restarts: back after, median', inMs(percentile(drops, 50)));
  noteFigure(context, 'rolling restarts: back after, p99', inMs(percentile(drops, 99)));
  noteFigure(context, 'rolling restarts: back after, longest', inMs(percentile(drops, 100)));
  expect([lost, byes, gone]).toEqual([[], 0, 0]);
  for (const [ann, bob] of talkers) {
    expect(bob.got).toEqual(countTo(ann.said));
    expect(ann.got).toEqual(countTo(bob.said));
  }
  // Everybody was on some node, and each was restarted.
  expect(drops.length).toBeGreaterThanOrEqual(everybody.length * rounds);
  await Promise.all(everybody.map(({ channel }) => channel.close()));
});

function missingFrom(got: readonly number[], said: number): number[] {
  const there = new Set(got);
  return countTo(said).filter((number) => !there.has(number));
}
