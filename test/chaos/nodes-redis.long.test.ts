// Redis falls silent under two nodes and many rooms, and is back: who waits for what, and for how long. Then it dies, and
// all that it knew is gone.
import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { startCluster, type ClusterNode } from '../support/cluster.js';
import { ask as askHttp } from '../support/http-ask.js';
import { inMs, noteFigure, percentile } from '../support/figures.js';
import { hearNext } from '../support/pairs.js';
import { ask, askAsStranger, closeSocketsAfterTest, connectSocket } from '../support/seat-client.js';
import { countTo, judge, openTalker, type Talker } from './talker.js';

const rooms = 200;
const silentMs = 15_000;
const libraryPairs = 20;
const redWithinMs = 2000;
const refusedWithinMs = 1000;
const readyWithinMs = 3000;
const lookEveryMs = 50;

interface Pair {
  name: string;
  ann: Socket;
  bob: Socket;
  isLocal: boolean;
  /** Bob leaves without a secret while Redis is silent. */
  isLeft: boolean;
  heard: string[];
}

it(`[R33] Redis silent for ${silentMs} ms under ${rooms} rooms: quick refusals, no ghost, never three`, async (context) => {
  closeSocketsAfterTest();
  const { nodes, redis } = await startCluster(2);
  const pairs: Pair[] = [];
  for (let number = 0; number < rooms; number++) pairs.push(await pairUp(nodes, number));
  const cys = await Promise.all(pairs.map((_, number) => connectSocket(urlOf(nodes, number))));

  redis.freeze();
  const frozenAt = performance.now();
  const state = { isOver: false };
  const watching = Promise.all(nodes.map((node) => watchHealth(node, state)));
  const talking = pairs
    .filter(({ isLocal, isLeft }) => isLocal && !isLeft)
    .map((pair) => talkOn(pair, state));
  const refusals: { status: string; ms: number }[] = [];
  for (const [number, { name, bob, isLeft }] of pairs.entries()) {
    if (isLeft) bob.disconnect();
    refusals.push(await askTimed(cys[number], name));
    await pause(Math.max(0, frozenAt + ((number + 1) * silentMs) / rooms - performance.now()));
  }
  redis.thaw();
  const thawedAt = performance.now();
  await Promise.all(nodes.map((node) => node.becomesReady()));
  const readyMs = performance.now() - thawedAt;
  state.isOver = true;
  const health = await watching;
  const turns = await Promise.all(talking);

  const entries = await Promise.all(
    pairs.map(async ({ name, isLeft }, number) => {
      let answer = await askTimed(cys[number], name);
      // An answer that takes the node or Redis too long grants nothing, and says so.
      while (answer.status === 'unavailable' || (isLeft && answer.status === 'full')) {
        answer = await askTimed(cys[number], name);
      }
      return { isLeft, status: answer.status, afterMs: performance.now() - thawedAt };
    }),
  );
  const stay = pairs.filter(({ isLeft }) => !isLeft);
  await Promise.all(stay.flatMap(({ ann, bob }) => [say(ann, bob, 'again'), say(bob, ann, 'again')]));

  const redMs = Math.max(...health.map(({ redAt }) => redAt - frozenAt));
  const refusedMs = percentile(
    refusals.map(({ ms }) => ms),
    100,
  );
  const ghostMs = Math.max(...entries.filter(({ isLeft }) => isLeft).map(({ afterMs }) => afterMs));
  const three = entries.filter(({ isLeft, status }) => !isLeft && status !== 'full').length;
  const what = `Redis silent for ${silentMs} ms, ${rooms} rooms`;
  noteFigure(context, `${what}: /healthz`, [...new Set(health.flatMap(({ lives }) => lives))].join(), '200');
  noteFigure(context, `${what}: /readyz 503 after`, inMs(redMs), 'within 2 s');
  noteFigure(context, `${what}: joins refused, slowest`, inMs(refusedMs), 'within 1 s');
  noteFigure(context, `${what}: ready after its return`, inMs(readyMs), 'within 3 s');
  noteFigure(context, `${what}: fewest turns of a pair on one node`, Math.min(...turns));
  noteFigure(context, `${what}: rooms with three`, three, '0');
  noteFigure(context, `${what}: last ghost gone after its return`, inMs(ghostMs), 'within the lease, 5 s');
  expect(new Set(health.flatMap(({ lives }) => lives))).toEqual(new Set([200]));
  expect(redMs).toBeLessThan(redWithinMs);
  expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set(['unavailable']));
  expect(refusedMs).toBeLessThan(refusedWithinMs);
  expect(readyMs).toBeLessThan(readyWithinMs);
  expect(Math.min(...turns)).toBeGreaterThan(1);
  expect(three).toBe(0);
  expect(new Set(entries.filter(({ isLeft }) => isLeft).map(({ status }) => status))).toEqual(
    new Set(['joined']),
  );
  expect(ghostMs).toBeLessThan(leaseMs);
  expect(stay.flatMap(({ heard }) => heard.filter((event) => event !== 'message'))).toEqual([]);
});

it(`[R33] Redis dies and starts again empty under ${libraryPairs} pairs: nothing is lost`, async (context) => {
  closeSocketsAfterTest();
  const { nodes, redis } = await startCluster(2);
  const pairs = await Promise.all(
    Array.from({ length: libraryPairs }, async (_, number): Promise<[Talker, Talker]> => {
      const name = `talk-${number}`;
      // Every second pair sits on two nodes.
      return [await openTalker(urlOf(nodes, 0), name), await openTalker(urlOf(nodes, number), name)];
    }),
  );
  const everybody = pairs.flat();
  await Promise.all(everybody.map((talker) => talker.say(5)));
  await redis.kill();
  const sent = everybody.map((talker) => talker.say(5));
  await redis.start();
  const backAt = performance.now();
  await Promise.all(nodes.map((node) => node.becomesReady()));
  noteFigure(context, 'Redis empty: nodes ready after', inMs(performance.now() - backAt));
  await Promise.all(sent);
  // Nobody has a seat any more, so everybody is sent away to come back.
  await expect.poll(() => everybody.every(({ entries }) => entries.length > 1)).toBe(true);
  await Promise.all(everybody.map((talker) => talker.say(5)));
  noteFigure(context, 'Redis empty: all have talked after', inMs(performance.now() - backAt));
  const worst = pairs.map(([ann, bob]) => judge([...ann.got, ...bob.got.map((n) => n + bob.said)], 30));
  noteFigure(context, `Redis empty, ${libraryPairs} pairs`, [...new Set(worst)].join('; '), '0, 0, 0');
  for (const { got } of everybody) expect(got).toEqual(countTo(15));
  const told = await Promise.all(
    pairs.map((_, number) => askAsStranger(urlOf(nodes, number), `talk-${number}`)),
  );
  expect(new Set(told)).toEqual(new Set(['full']));
});

function urlOf(nodes: readonly ClusterNode[], number: number): string {
  return nodes[number % nodes.length]?.url ?? '';
}

/** By turns on one node, on the other, and on both; in every fifth room one of the two is going to leave. */
async function pairUp(nodes: readonly ClusterNode[], number: number): Promise<Pair> {
  const name = `room-${number}`;
  const isLocal = number % 4 < 2;
  const ann = await connectSocket(urlOf(nodes, number));
  const bob = await connectSocket(urlOf(nodes, isLocal ? number : number + 1));
  const ready = Promise.all([hearNext(ann, 'ready'), hearNext(bob, 'ready')]);
  await ask(ann, name, {});
  await ask(bob, name, {});
  await ready;
  const heard: string[] = [];
  for (const socket of [ann, bob]) {
    socket.onAny((event: string) => heard.push(event));
    socket.once('disconnect', () => heard.push('disconnect'));
  }
  return { name, ann, bob, isLocal, isLeft: number % 5 === 4, heard };
}

async function say(from: Socket, to: Socket, value: string): Promise<void> {
  const heard = hearNext(to, 'message');
  from.emit('message', value);
  expect(await heard).toBe(value);
}

/** @returns how often both have heard the other */
async function talkOn({ ann, bob }: Pair, state: { isOver: boolean }): Promise<number> {
  let turns = 0;
  while (!state.isOver) {
    await say(ann, bob, `to bob ${turns}`);
    await say(bob, ann, `to ann ${turns}`);
    turns++;
    await pause(lookEveryMs);
  }
  return turns;
}

async function askTimed(cy: Socket | undefined, name: string): Promise<{ status: string; ms: number }> {
  if (!cy) return { status: 'nobody', ms: 0 };
  const askedAt = performance.now();
  const { status, code } = await ask(cy, name, {});
  return { status: code ?? status, ms: performance.now() - askedAt };
}

/** @returns every answer of /healthz, and when /readyz first said no */
async function watchHealth(node: ClusterNode, state: { isOver: boolean }) {
  const lives: (number | undefined)[] = [];
  let redAt = Infinity;
  while (!state.isOver) {
    lives.push((await askHttp(node.port, '/healthz')).status);
    const { status } = await askHttp(node.port, '/readyz');
    if (status === 503) redAt = Math.min(redAt, performance.now());
    await pause(lookEveryMs);
  }
  return { lives, redAt };
}
