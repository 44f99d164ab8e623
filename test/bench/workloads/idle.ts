// What a connection costs that says nothing. All servers ping equally often and stand idle at the same time.
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningContestant } from '../contestants.js';
import { closeAll, openWaiting } from '../pairs.js';
import type { WireClient } from '../wire-client.js';
import type { Workload } from '../workload.js';

const connections = 1000;
const pingMs = 2500;

/** Five pings of each connection. Parley adds a ping of Engine.IO to every 2.5 of its own: two of them in this time. */
const pings = 5;
const windowMs = pings * pingMs;

/** Timers are late by some ms. */
const allowedShare = 0.02;

const settleMs = 1.5 * pingMs;

interface Idle {
  running: RunningContestant;
  clients: WireClient[];
}

/** Resolves with µs a connection and second. */
async function measure({ running, clients }: Idle): Promise<number> {
  const { heartbeat } = running.contestant.dialect;
  const beat = (): void => {
    if (heartbeat !== undefined) for (const client of clients) client.say(heartbeat);
  };
  const timer = heartbeat === undefined ? undefined : setInterval(beat, pingMs);
  // Until the garbage of the connecting is collected, and the first ping has come.
  await running.memory();
  await pause(settleMs);
  const [before, pingsBefore, startedAt] = [running.cpuUs(), pingsOf(clients), performance.now()];
  await pause(windowMs);
  const us = running.cpuUs() - before;
  const seconds = (performance.now() - startedAt) / 1000;
  const answered = pingsOf(clients) - pingsBefore;
  clearInterval(timer);
  const wanted = pings * connections * (1 - allowedShare);
  if (heartbeat === undefined && answered < wanted) {
    throw new Error(`${running.contestant.label} pinged ${answered} times, not ${wanted} times.`);
  }
  return us / connections / seconds;
}

function pingsOf(clients: readonly WireClient[]): number {
  return clients.reduce((sum, client) => sum + client.pings(), 0);
}

export const idle: Workload = {
  id: 'idle',
  title: 'Idle connections',
  rows: [
    { id: 'idle', title: 'processor time of an idle connection a second, one ping each 2.5 s', unit: 'µs' },
  ],
  contestants: {
    full: ['bare-ws', 'ws-json', 'tidy-socket-io', 'book', 'peerjs', 'rooms', 'names'],
    quick: ['bare-ws', 'tidy-socket-io', 'peerjs', 'rooms', 'names'],
  },
  rounds: { full: 6, quick: 2 },
  pingMs,
  async round({ running, record }) {
    const idles: Idle[] = [];
    for (const each of running)
      idles.push({ running: each, clients: await openWaiting(each, connections, 'idle') });
    await Promise.all(
      idles.map(async (each) => record('idle', each.running.contestant.id, await measure(each))),
    );
    for (const { clients } of idles) closeAll(clients);
  },
};
