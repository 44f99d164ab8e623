// Connections that send no request, or a part of one, to a server that may open 1,024 files: its clients talk on, and others
// get in.
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { inMs } from '../support/figures.js';
import { findFreePort } from '../support/free-port.js';
import { startCommand } from '../support/parley-process.js';
import { inThousands, scaled } from '../support/scale.js';
import { noteAttack } from './attack-table.js';
import { send } from './strangers.js';
import { openNamedPair, openRoomPair } from './victims.js';

const descriptors = 1024;
const lastMs = scaled(60_000, 3000);
const openAtOnce = scaled(3600, 1500);
const probeEveryMs = 50;
const fewestProbes = 20;
const flooder = fileURLToPath(new URL('silent-flooder.mjs', import.meta.url));

it('[U17] connections without a request hold no descriptors that others need', async (context) => {
  const [port, callsPort] = [await findFreePort(), await findFreePort()];
  const limited = `ulimit -n ${descriptors}; exec "$0" dist/server/main.js`;
  const server = startCommand('sh', ['-c', limited, process.execPath], {
    HOST: '127.0.0.1',
    LOG_FORMAT: 'json',
    PORT: `${port}`,
    CALLS_PORT: `${callsPort}`,
  });
  await server.prints(/Open http/);
  await server.prints(/MAX_CONNECTIONS is 50000/);
  const pairs = [await openRoomPair(port), await openNamedPair(callsPort)];
  onTestFinished(() => {
    for (const pair of pairs) pair.close();
  });
  for (const pair of pairs) pair.start();
  const held = (): number => readdirSync(`/proc/${server.child.pid}/fd`).length;
  const before = held();
  const flood = startFlood([port, callsPort]);
  onTestFinished(flood.stop);
  const until = performance.now() + lastMs;
  const answers: number[] = [];
  let most = 0;
  let slowestMs = 0;
  while (performance.now() < until || answers.length < fewestProbes) {
    const askedAt = performance.now();
    // The addresses of Linux's loopback interface are 127.0.0.0/8.
    const { status, socket } = await send(port, '/healthz', { localAddress: '127.0.0.2' });
    socket.destroy();
    answers.push(status);
    slowestMs = Math.max(slowestMs, performance.now() - askedAt);
    most = Math.max(most, held());
    await pause(probeEveryMs);
  }
  await expect.poll(() => flood.opened).toBeGreaterThan(openAtOnce);
  flood.stop();
  for (const pair of pairs) pair.stop();
  await expect.poll(() => pairs.map(({ took }) => took.length)).toEqual(pairs.map(({ sent }) => sent));
  let after = held();
  await expect.poll(() => (after = held())).toBeLessThanOrEqual(before + 2);
  noteAttack(context, {
    threat: 'connections without a request, with 1,024 descriptors',
    tries: `${inThousands(flood.opened)} connections, ${inThousands(openAtOnce)} at a time for ${lastMs / 1000} s`,
    result: `${answers.filter((status) => status === 200).length} of ${answers.length} probes answered, the slowest after ${inMs(slowestMs)}; descriptors ${before} -> ${most} -> ${after}`,
  });
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(pairs.map(({ ended }) => ended)).toEqual([undefined, undefined]);
  expect(most).toBeLessThan(descriptors);
  expect(most).toBeGreaterThan(descriptors / 2);
  expect(server.output()).toContain('Closed connections that had sent no complete request');
});

interface Flood {
  readonly opened: number;
  stop(): void;
}

/** In a process of its own, so that the probes do not wait for it. */
function startFlood(ports: readonly number[]): Flood {
  const child = fork(flooder, [openAtOnce, ...ports].map(String));
  let opened = 0;
  child.on('message', (count: number) => {
    opened = count;
  });
  return {
    get opened() {
      return opened;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}
