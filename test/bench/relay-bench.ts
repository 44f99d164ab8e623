// What one relayed message costs the nodes and Redis, between two on one node and between two on two, against the number
// of nodes; beside it what a bare echo costs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { noteFigure } from '../chaos/figures.js';
import { startCluster } from '../support/cluster.js';
import { cpuMsOf, pidsOf, redisUse, useSince } from './costs.js';
import { closeLightClientsAfterTest } from './light-client.js';
import { check, openPairs, relay, type Place } from './light-pairs.js';

/** For each node, so that each has the same to do however many there are. */
const pairs = 20;
const messages = 20_000;
const warmUp = 4000;
const window = 16;

/** µs of the processor for one message of a bare echo. */
let echoUs = 0;

it('a bare echo', async (context) => {
  const child = fork(fileURLToPath(new URL('echo-server.mjs', import.meta.url)));
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const sockets = await Promise.all(Array.from({ length: pairs }, () => connect(port)));
  const echoAll = (count: number) => Promise.all(sockets.map((socket) => echo(socket, count / pairs)));
  await echoAll(warmUp);
  const before = cpuMsOf([child.pid ?? 0]);
  await echoAll(messages);
  echoUs = ((cpuMsOf([child.pid ?? 0]) - before) / messages) * 1000;
  noteFigure(context, 'bare ws echo: processor time a message', inUs(echoUs));
  expect(echoUs).toBeGreaterThan(0);
});

const cases: [nodes: number, place: Place][] = [
  [1, 'local'],
  [2, 'local'],
  [4, 'local'],
  [2, 'across'],
  [4, 'across'],
];

it.for(cases)('relays, %i nodes, %s', async ([count, place], context) => {
  closeLightClientsAfterTest();
  const { nodes, redis } = await startCluster(count);
  const talking = await openPairs(nodes, pairs * count, place, 'talk');
  const relayAll = (ofEachNode: number) =>
    Promise.all(talking.map((pair) => relay(pair, ofEachNode / pairs, window)));
  await relayAll(warmUp);

  const before = { cpuMs: cpuMsOf(pidsOf(nodes)), redis: await redisUse(redis) };
  await relayAll(messages);
  const all = messages * count;
  const cpuUs = ((cpuMsOf(pidsOf(nodes)) - before.cpuMs) / all) * 1000;
  const used = useSince(await redisUse(redis), before.redis);

  const what = `relay ${place}, ${count} node${count > 1 ? 's' : ''}`;
  const times = (cpuUs / echoUs).toFixed(1);
  noteFigure(
    context,
    `${what}: processor time of all nodes, and to a bare echo`,
    `${inUs(cpuUs)}, ${times} x`,
  );
  noteFigure(context, `${what}: PUBLISH a message`, (used.publishes / all).toFixed(4));
  noteFigure(context, `${what}: processor time of Redis`, inUs((used.cpuMs / all) * 1000));
  // A message costs a publish, or none; besides that there are a few probes at the most.
  expect(Math.round((used.publishes / all) * 100)).toBe(place === 'across' ? 100 : 0);
});

it('the question whether the server is there', async (context) => {
  closeLightClientsAfterTest();
  const { nodes } = await startCluster(1);
  const sitting = await openPairs(nodes, pairs, 'local', 'ask');
  const checkAll = (count: number) => Promise.all(sitting.map((pair) => check(pair, count / pairs, window)));
  await checkAll(warmUp);
  const before = cpuMsOf(pidsOf(nodes));
  await checkAll(messages);
  const cpuUs = ((cpuMsOf(pidsOf(nodes)) - before) / messages) * 1000;
  const times = (cpuUs / echoUs).toFixed(1);
  noteFigure(
    context,
    'a check: processor time of the node, and to a bare echo',
    `${inUs(cpuUs)}, ${times} x`,
  );
  expect(cpuUs).toBeGreaterThan(0);
});

function connect(port: number): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    onTestFinished(() => socket.terminate());
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

function echo(socket: WebSocket, count: number): Promise<void> {
  return new Promise((resolve) => {
    const text = 'x'.repeat(80);
    let said = window;
    let heard = 0;
    socket.removeAllListeners('message');
    socket.on('message', () => {
      heard++;
      if (heard === count) resolve();
      else if (said++ < count) socket.send(text);
    });
    for (let number = 0; number < window; number++) socket.send(text);
  });
}

function inUs(us: number): string {
  return `${us.toFixed(1)} µs`;
}
