// Two library clients talk through a storm of every fault: nothing is lost, doubled or out of order.
import { expect, it } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.js';
import { startServerProcess } from '../support/server-process.js';
import { createChance } from '../support/chance.js';
import { cuts, troubles, type Fault } from './faults.js';
import { noteFigure } from '../support/figures.js';
import { scaled } from '../support/scale.js';
import { countTo, judge, openTalker } from './talker.js';

const messages = scaled(10_000, 500);
const faults = scaled(300, 13);
/** So many faults come upon each other before everything is waited for. */
const mostAtOnce = 3;

it(`${messages} messages each way over ${faults} faults: 0 lost, 0 doubled, 0 out of order`, async (context) => {
  const chance = createChance('storm');
  const server = await startServerProcess({ HEARTBEAT_MS: '500' });
  const [annsWay, bobsWay] = [await startFaultProxy(server.port), await startFaultProxy(server.port)];
  const ann = await openTalker(annsWay.url, 'room-42');
  const bob = await openTalker(bobsWay.url, 'room-42');
  const target = { ways: [annsWay, bobsWay], server } as const;
  const kinds = Object.entries<Fault>({ ...cuts, ...troubles });
  // Every kind has its turn, in an order of chance.
  const turns = Array.from({ length: faults }, (_, turn) => kinds[turn % kinds.length]).sort(
    () => chance.next() - 0.5,
  );
  const counts = new Map<string, number>();
  const sent: Promise<void>[] = [];
  let left = messages;

  function talk(share: number): void {
    const count = Math.min(left, share);
    left -= count;
    for (const talker of [ann, bob]) sent.push(talker.say(count));
  }

  for (const turn of turns) {
    if (!turn) continue;
    const [kind, fault] = turn;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    talk(Math.ceil(messages / faults / 2));
    await fault(target, chance);
    talk(Math.ceil(messages / faults / 2));
    if (chance.oneIn(mostAtOnce)) await Promise.all(sent);
  }
  await Promise.all(sent);

  noteFigure(
    context,
    'storm: kinds of faults, and the fewest of one kind',
    `${counts.size}, ${Math.min(...counts.values())}`,
  );
  noteFigure(context, `${ann.said} messages, ann to bob`, judge(bob.got, ann.said), '0, 0, 0');
  noteFigure(context, `${bob.said} messages, bob to ann`, judge(ann.got, bob.said), '0, 0, 0');
  expect([ann.said, bob.said]).toEqual([messages, messages]);
  expect(bob.got).toEqual(countTo(messages));
  expect(ann.got).toEqual(countTo(messages));
  await Promise.all([ann.channel.close(), bob.channel.close()]);
  await expect.poll(() => target.ways.flatMap((way) => way.paths())).toEqual([]);
  expect(await server.stop()).toBe(0);
});
