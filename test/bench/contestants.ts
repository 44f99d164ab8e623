// The servers that are compared, and how each is started.
import { startChild, type ChildServer, type Memory, type ServerName } from './child-server.js';
import { checkCpuClocks, cpuUsOf } from './cpu-time.js';
import type { Dialect, Ports } from './dialect.js';
import { jsonDialect, parleyNames, peerJsDialect } from './name-dialects.js';
import { bareDialect, bookDialect, parleyRooms, tidyDialect } from './room-dialects.js';

export interface Contestant {
  id: string;
  label: string;
  server: ServerName;
  dialect: Dialect;
  /** Processes of the server; the two of a pair sit on different ones. */
  nodes: 1 | 2;
  isOnRedis: boolean;
  /** The folder whose `dist` is run; absent: today's. */
  root?: string;
  /** Parley without its limits. */
  isUnlimited?: boolean;
}

export const bareWs = 'bare-ws';
export const tidySocketIo = 'tidy-socket-io';

const others: Contestant[] = [
  other(bareWs, 'bare ws', bareDialect),
  other('ws-json', 'ws + JSON by name', jsonDialect),
  other(tidySocketIo, 'tidy Socket.IO', tidyDialect),
  other('book', "the book's server", bookDialect),
  other('peerjs', 'PeerJS 1.0.2', peerJsDialect),
];

const [rooms, names] = [parleyRooms(false), parleyNames(false)];

const ours: Contestant[] = [
  parley('rooms', 'parley, rooms', rooms),
  parley('rooms-resume', 'parley, rooms, with resume', parleyRooms(true)),
  parley('rooms-redis', 'parley, rooms, Redis, 1 node', rooms, 1),
  parley('rooms-across', 'parley, rooms, Redis, across 2 nodes', rooms, 2),
  parley('names', 'parley, names', names),
  parley('names-resume', 'parley, names, with resume', parleyNames(true)),
  parley('names-redis', 'parley, names, Redis, 1 node', names, 1),
  parley('names-across', 'parley, names, Redis, across 2 nodes', names, 2),
];

const all = new Map([...others, ...ours].map((contestant) => [contestant.id, contestant]));

/** @throws {Error} if there is none of that id */
export function contestantsOf(ids: readonly string[]): Contestant[] {
  return ids.map((id) => {
    const found = all.get(id);
    if (!found) throw new Error(`There is no server ${id}.`);
    return found;
  });
}

export function isOurs({ server }: Contestant): boolean {
  return server === 'parley';
}

function other(server: ServerName, label: string, dialect: Dialect): Contestant {
  return { id: server, label, server, dialect, nodes: 1, isOnRedis: false };
}

function parley(id: string, label: string, dialect: Dialect, nodesOnRedis?: 1 | 2): Contestant {
  return {
    id,
    label,
    server: 'parley',
    dialect,
    nodes: nodesOnRedis ?? 1,
    isOnRedis: nodesOnRedis !== undefined,
  };
}

/** A contestant that runs. */
export interface RunningContestant {
  contestant: Contestant;
  /** Of the node on which the pair with this number has its ann, and its bob. */
  annsPorts(number: number): Ports;
  bobsPorts(number: number): Ports;
  /** µs of the processor that all its nodes have used; Redis is not counted. */
  cpuUs(): number;
  /** Of the first node. */
  memory(): Promise<Memory>;
  /** The port of its Redis. */
  redisPort: number | undefined;
  close(): Promise<void>;
}

export interface StartOptions {
  /** The project's folder. */
  root: string;
  pingMs: number;
}

/** All nodes at the same time, each Redis before the next one: two that look for a free port together may find the same. */
export async function startContestants(
  contestants: readonly Contestant[],
  options: StartOptions,
): Promise<RunningContestant[]> {
  const redises = new Map<Contestant, ChildServer>();
  for (const contestant of contestants) {
    if (contestant.isOnRedis) redises.set(contestant, await startChild('redis'));
  }
  return Promise.all(contestants.map((each) => startNodes(each, redises.get(each), options)));
}

async function startNodes(
  contestant: Contestant,
  redis: ChildServer | undefined,
  { root, pingMs }: StartOptions,
): Promise<RunningContestant> {
  const { server, nodes: count } = contestant;
  const env = {
    BENCH_PING_MS: String(pingMs),
    ...(contestant.isUnlimited === true && { BENCH_LIMITS: 'none' }),
    ...(redis && { BENCH_REDIS_URL: `redis://127.0.0.1:${redis.ports.port}` }),
  };
  const nodes: ChildServer[] = [];
  for (let number = 0; number < count; number++) {
    nodes.push(await startChild(server, { args: [contestant.root ?? root], env }));
  }
  const portsOf = (number: number): Ports => {
    const node = nodes[number % count];
    if (!node) throw new Error('There is no node.');
    return node.ports;
  };
  return {
    contestant,
    annsPorts: portsOf,
    bobsPorts: (number) => portsOf(number + 1),
    cpuUs: () => nodes.reduce((sum, { pid }) => sum + cpuUsOf(pid), 0),
    async memory() {
      const [node] = nodes;
      if (!node) throw new Error('There is no node.');
      return node.memory();
    },
    redisPort: redis?.ports.port,
    async close() {
      for (const { pid } of nodes) checkCpuClocks(pid);
      await Promise.all(nodes.map((node) => node.close()));
      await redis?.close();
    },
  };
}
