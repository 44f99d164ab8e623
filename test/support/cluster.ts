// Real nodes on one real Redis, each a process that can be killed, frozen, stopped and started again on its port.
// Leaves what stands before them to nginx, and what people do there to the tests.
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { ask } from './http-ask.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { startServerProcess, type ServerProcess } from './server-process.js';

export interface ClusterNode extends ServerProcess {
  /** The name by which its log lines and its id begin: `node-0`, `node-1`, … */
  readonly name: string;
  /** What `/readyz` answers: `ready`, or why not; `unreachable` when nobody answers. */
  readiness(): Promise<string>;
  /** Resolves when it is ready. @throws when it is not within `withinMs`, with what it has printed */
  becomesReady(withinMs?: number): Promise<void>;
}

export interface Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly redis: RedisServer;
  /** Their ports, as nginx wants them. */
  readonly ports: readonly number[];
}

export interface ClusterOptions {
  /** Settings of every node, by the names of their environment variables. */
  env?: NodeJS.ProcessEnv;
  /** What only this one has, such as a clock that is wrong. */
  envOf?: (index: number) => NodeJS.ProcessEnv;
  /** The folder of the version that this one runs, asked at each start; undefined: this one. */
  folderOf?: (index: number) => string | undefined;
}

const readyWithinMs = 60_000;
const answerWithinMs = 3000;
const lookEveryMs = 20;

/** Every node is ready when this resolves. All of it ends with the test. */
export async function startCluster(
  count: number,
  { env = {}, envOf = () => ({}), folderOf = () => undefined }: ClusterOptions = {},
): Promise<Cluster> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const name = `node-${index}`;
      const settings = { REDIS_URL: redis.url, NODE_ID: name, ...env, ...envOf(index) };
      return startNode(name, settings, () => folderOf(index));
    }),
  );
  return { nodes, redis, ports: nodes.map(({ port }) => port) };
}

/** A node that is frozen takes the connection, and says nothing. Longer than this test's own process may be busy. */
async function silence(): Promise<never> {
  await pause(answerWithinMs, undefined, { ref: false });
  throw new Error('no answer');
}

async function startNode(
  name: string,
  env: NodeJS.ProcessEnv,
  folderOf: () => string | undefined,
): Promise<ClusterNode> {
  const server = await startServerProcess(env, folderOf);
  const path = `${env['BASE_PATH'] ?? ''}/readyz`;

  async function readiness(): Promise<string> {
    try {
      const { body } = await Promise.race([ask(server.port, path), silence()]);
      return (JSON.parse(body) as { status: string }).status;
    } catch {
      return 'unreachable';
    }
  }

  async function becomesReady(withinMs = readyWithinMs): Promise<void> {
    const until = performance.now() + withinMs;
    for (;;) {
      const word = await readiness();
      if (word === 'ready') return;
      if (performance.now() > until) throw new Error(`${name} is ${word}:\n${server.output()}`);
      await pause(lookEveryMs);
    }
  }

  await becomesReady();
  return {
    ...server,
    name,
    readiness,
    becomesReady,
    async startAgain() {
      await server.startAgain();
      await becomesReady();
    },
  };
}
