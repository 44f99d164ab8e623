// Redis dies with all that it kept, and comes back empty: whoever talked goes on, since the two ends keep what they sent.
import { expect, it } from 'vitest';
import { startCluster } from '../support/cluster.js';
import { inMs, noteFigure } from '../support/figures.js';
import { countTo, judge, openTalker } from './talker.js';

const times = 50;

it(`Redis comes back empty ${times} times: those on one node and on two go on, 0 lost`, async (context) => {
  const { nodes, redis } = await startCluster(2);
  const [one = '', two = ''] = nodes.map(({ url }) => url);
  const [ann, bob] = [await openTalker(one, 'room-42'), await openTalker(two, 'room-42')];
  const [cy, dan] = [await openTalker(one, 'room-43'), await openTalker(one, 'room-43')];
  const everybody = [ann, bob, cy, dan];
  let longestMs = 0;
  for (let time = 0; time < times; time++) {
    await redis.kill();
    const sent = everybody.map((who) => who.say(3));
    // These two are on one node: Redis is none of their business.
    await Promise.all(sent.slice(2));
    await redis.start();
    const backAt = performance.now();
    await Promise.all(sent);
    longestMs = Math.max(longestMs, performance.now() - backAt);
    await Promise.all(nodes.map((node) => node.becomesReady()));
    await Promise.all(everybody.map((who) => who.say(3)));
  }
  noteFigure(context, `Redis empty ${times} times, on two nodes`, judge(bob.got, ann.said), '0 lost');
  noteFigure(context, `Redis empty ${times} times, on one node`, judge(dan.got, cy.said), '0 lost');
  noteFigure(context, 'all is delivered after Redis is back, longest', inMs(longestMs));
  for (const [from, to] of [
    [ann, bob],
    [bob, ann],
    [cy, dan],
    [dan, cy],
  ] as const) {
    expect(to.got).toEqual(countTo(from.said));
  }
});
