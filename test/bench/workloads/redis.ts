// What rooms ask of Redis: for a join, for a seat that only sits there, for a message, for a leave; and what a `check` costs.
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningContestant } from '../contestants.js';
import type { Pair } from '../dialect.js';
import { closePairs, openPairs } from '../pairs.js';
import { payloadOf } from '../payloads.js';
import { askRedis, redisUse, useSince, type RedisUse } from '../redis-use.js';
import { relayAll } from '../traffic.js';
import type { Round, Scale, Workload } from '../workload.js';

const pairCount: Record<Scale, number> = { full: 300, quick: 100 };
const idleMs: Record<Scale, number> = { full: 20_000, quick: 5000 };
const relayed: Record<Scale, number> = { full: 40_000, quick: 8000 };
const checks: Record<Scale, number> = { full: 40_000, quick: 8000 };

const msPerMinute = 60_000;
const lookMs = 100;
const emptyWithinMs = 60_000;
const checkWindow = 16;

/** What a node asks for its lease goes on all the time: it is taken off. */
interface Measuring {
  running: RunningContestant;
  port: number;
  leaseScriptsPerMs: number;
}

interface Used extends RedisUse {
  /** µs of the processor of all nodes. */
  nodeUs: number;
}

async function during(
  { running, port, leaseScriptsPerMs }: Measuring,
  act: () => Promise<void>,
): Promise<Used> {
  const [before, cpuBefore, startedAt] = [await redisUse(port), running.cpuUs(), performance.now()];
  await act();
  const used = useSince(await redisUse(port), before);
  const scripts = Math.max(0, used.scripts - leaseScriptsPerMs * (performance.now() - startedAt));
  return { ...used, scripts, nodeUs: running.cpuUs() - cpuBefore };
}

async function measure({ scale, record }: Round, running: RunningContestant): Promise<void> {
  const { contestant, redisPort: port } = running;
  if (port === undefined) throw new Error(`${contestant.label} has no Redis.`);
  const note = (row: string, value: number): void => record(row, contestant.id, value);
  const wait = async (): Promise<void> => {
    await pause(idleMs[scale]);
  };
  const quiet = await during({ running, port, leaseScriptsPerMs: 0 }, wait);
  const measuring = { running, port, leaseScriptsPerMs: quiet.scripts / idleMs[scale] };
  note('lease', (measuring.leaseScriptsPerMs * 1000) / contestant.nodes);

  const seats = 2 * pairCount[scale];
  const memoryBefore = await usedMemory(port);
  let pairs: Pair[] = [];
  const joins = await during(measuring, async () => {
    pairs = await openPairs(running, pairCount[scale], 'room');
  });
  note('join-scripts', joins.scripts / seats);
  note('join-publishes', joins.publishes / seats);
  note('join-node', joins.nodeUs / seats);
  note('join-redis', joins.cpuUs / seats);
  note('room-memory', ((await usedMemory(port)) - memoryBefore) / pairCount[scale] / 1000);

  const minutes = idleMs[scale] / msPerMinute;
  const idle = await during(measuring, wait);
  note('idle-scripts', idle.scripts / seats / minutes);
  note('idle-publishes', idle.publishes / seats / minutes);
  note('idle-node', Math.max(0, idle.nodeUs - quiet.nodeUs) / seats / minutes);

  const talking = pairs.slice(0, 20);
  const routes = talking.flatMap((pair) => contestant.dialect.routes(pair, 'message'));
  const count = Math.round(relayed[scale] / routes.length);
  const relays = await during(measuring, () => relayAll(routes, { payload: payloadOf(200), count }, 8));
  note('message-publishes', relays.publishes / (count * routes.length));
  note('message-redis', relays.cpuUs / (count * routes.length));

  const asking = await during(measuring, () => checkAll(talking, checks[scale]));
  note('check-node', asking.nodeUs / checks[scale]);

  const leaves = await during(measuring, async () => {
    closePairs(pairs);
    await untilEmpty(port);
  });
  note('leave-scripts', leaves.scripts / seats);
  note('leave-publishes', leaves.publishes / seats);
}

/** Asks so many times in all whether the server is there. */
async function checkAll(pairs: readonly Pair[], total: number): Promise<void> {
  const each = total / pairs.length;
  await Promise.all(
    pairs.map(
      ({ ann }) =>
        new Promise<void>((resolve) => {
          let asked = 0;
          let answered = 0;
          const ask = (): void => {
            asked++;
            ann.say('421["check"]');
          };
          ann.hear((bytes, start) => {
            if (bytes.toString('latin1', start, start + 3) !== '431')
              throw new Error('A check got another answer.');
            answered++;
            if (asked < each) ask();
            else if (answered === asked) resolve();
          });
          while (asked < Math.min(checkWindow, each)) ask();
        }),
    ),
  );
}

async function usedMemory(port: number): Promise<number> {
  const [, bytes] = /^used_memory:(\d+)/m.exec(await askRedis(port, 'info', 'memory')) ?? [];
  return Number(bytes);
}

async function untilEmpty(port: number): Promise<void> {
  const until = performance.now() + emptyWithinMs;
  while ((await askRedis(port, '--scan', '--pattern', 'parley:room:*')) !== '') {
    if (performance.now() > until) throw new Error('Rooms are left in Redis after everybody has gone.');
    await pause(lookMs);
  }
}

export const redis: Workload = {
  id: 'redis',
  title: 'Rooms on Redis',
  isAlone: true,
  rows: [
    { id: 'join-scripts', title: 'a join: scripts in Redis', unit: '' },
    { id: 'join-publishes', title: 'a join: PUBLISH', unit: '' },
    { id: 'join-node', title: 'a join with its connection: processor time of the nodes', unit: 'µs' },
    { id: 'join-redis', title: 'a join: processor time of Redis', unit: 'µs' },
    { id: 'room-memory', title: 'a room of two: memory of Redis', unit: 'KB' },
    { id: 'idle-scripts', title: 'an idle seat: scripts in Redis a minute', unit: '' },
    { id: 'idle-publishes', title: 'an idle seat: PUBLISH a minute', unit: '' },
    { id: 'idle-node', title: 'an idle seat: processor time of the nodes a minute', unit: 'µs' },
    { id: 'message-publishes', title: 'a message of 200 B: PUBLISH', unit: '' },
    { id: 'message-redis', title: 'a message of 200 B: processor time of Redis', unit: 'µs' },
    {
      id: 'check-node',
      title: 'a check of the library whether the server is there: processor time',
      unit: 'µs',
    },
    { id: 'leave-scripts', title: 'a leave, both of a pair at the same moment: scripts in Redis', unit: '' },
    { id: 'leave-publishes', title: 'a leave, both of a pair at the same moment: PUBLISH', unit: '' },
    { id: 'lease', title: 'a node: scripts in Redis a second for its lease', unit: '' },
  ],
  contestants: { full: ['rooms-redis', 'rooms-across'], quick: ['rooms-redis', 'rooms-across'] },
  rounds: { full: 1, quick: 1 },
  async round(round) {
    for (const running of round.running) await measure(round, running);
  },
};
