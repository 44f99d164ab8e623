// Runs a flood against a server while two pairs talk, one in a room and one by name. The server is alone on one core; the
// attacker shares the other one with the pairs, at low priority.
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, type TestContext, vi } from 'vitest';
import { inMs, percentile } from '../support/figures.js';
import { findFreePort } from '../support/free-port.js';
import { asNpmStart } from '../support/measured-server.js';
import { inThousands, isFull, scaled } from '../support/scale.js';
import { noteAttack } from './attack-table.js';
import { openNamedPair, openRoomPair, type Pair } from './victims.js';

export interface Flood {
  /** What an attacker's connection is: see flooder.mjs. */
  kind: 'webSocket' | 'requests' | 'body' | 'polling' | 'churn';
  /** See flood-content.mjs. */
  what: string;
  surface: 'rooms' | 'names' | 'calls' | 'polling';
  connections: number;
  /** Messages a second on each connection; absent: as many as it takes. */
  perSecond?: number;
  isPipelined?: boolean;
  /** It runs in the short form, too: one of each kind does. */
  isShort?: boolean;
  /** false: it may stay within what it may send, or is no connection that lasts. Default: it has to be cut. */
  isCut?: boolean;
}

/** With messages that take longer than their length says. */
export const costlyFloods: readonly Pick<Flood, 'what' | 'connections' | 'perSecond' | 'isCut'>[] = [
  { what: 'many keys', connections: 1 },
  { what: 'many keys', connections: 10, isCut: false },
  { what: 'too many keys', connections: 10 },
  { what: 'many keys', connections: 60, perSecond: 15, isCut: false },
  { what: 'too many keys', connections: 60, perSecond: 6, isCut: false },
  { what: 'deep messages', connections: 60, perSecond: 130, isCut: false },
];

const floodMs = scaled(30_000, 1000);
/** A flood that has to be cut lasts until it is, in the short form. */
const longestMs = 60_000;

const mostMs = 50;
/** Too fast for 2 s. Before that it uses up its burst, 1.3 s at 2,000 messages a second; it is looked at every 250 ms. */
const cutWithinMs = 4000;
/** A second after the cut; timers of the server have a resolution of 25 ms. */
const goneWithinMs = 1250;
/** The pairs' own process waits longer than this for the processor: nothing can be measured then. */
const mostDelayMs = 5;
const mostRuns = 3;

/** Measured alone; in the short form other tests run, too. */
const isPinned = isFull && availableParallelism() > 1;

const root = fileURLToPath(new URL('../..', import.meta.url));
const flooder = fileURLToPath(new URL('flooder.mjs', import.meta.url));

interface Target {
  port: number;
  callsPort: number;
}

interface Attack {
  tries: number;
  cutsMs: number[];
  goneMs: number[];
}

interface Outcome extends Attack {
  seconds: number;
  took: number[];
  lost: number;
  /** p99 of how late the event loop of the pairs was, in ms. */
  delayMs: number;
  ended: (string | undefined)[];
}

/** Call it once in a file: one server for all of its floods. @returns runs one, prints its row and checks it */
export function floodTarget(): (flood: Flood, context: TestContext) => Promise<void> {
  let target: Target | undefined;
  let server: ChildProcess | undefined;

  beforeAll(async () => {
    const [port, callsPort] = [await findFreePort(), await findFreePort()];
    const command = [process.execPath, asNpmStart, 'dist/server/main.js'];
    const [program = '', ...args] = isPinned ? ['taskset', '-c', '0', ...command] : command;
    server = spawn(program, args, {
      cwd: root,
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(port),
        CALLS_PORT: String(callsPort),
        LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (isPinned) pin(process.pid, '1');
    const { stdout } = server;
    await new Promise<void>((resolve) => {
      stdout?.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('Open http:')) resolve();
      });
    });
    target = { port, callsPort };
  });
  afterAll(() => {
    server?.kill('SIGKILL');
    if (isPinned) pin(process.pid, `0-${availableParallelism() - 1}`);
  });

  return async (flood, context) => {
    if (!target) throw new Error('The server has not started.');
    for (let run = 1; ; run++) {
      const outcome = await measure(flood, target);
      const isValid = !isFull || outcome.delayMs < mostDelayMs;
      note(context, flood, outcome, isValid ? '' : `; not valid, run ${run}`);
      if (!isValid && run < mostRuns) continue;
      judge(flood, outcome, isValid);
      expect(server?.exitCode, 'the server runs on').toBe(null);
      return;
    }
  };
}

async function measure(flood: Flood, target: Target): Promise<Outcome> {
  const pairs = [await openRoomPair(target.port), await openNamedPair(target.callsPort)];
  for (const pair of pairs) pair.start();
  const attack: Attack = { tries: 0, cutsMs: [], goneMs: [] };
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const startedAt = performance.now();
  const attacker = startAttacker(flood, target, attack);
  await pause(floodMs);
  const isOver = (): boolean => attack.tries > 0 && (flood.isCut === false || attack.goneMs.length > 0);
  // If it is never cut, `judge` says so, behind its row.
  await vi.waitUntil(isOver, { timeout: longestMs }).catch(() => {});
  const seconds = (performance.now() - startedAt) / 1000;
  lag.disable();
  for (const pair of pairs) pair.stop();
  await expect.poll(() => pairs.every(isDone)).toBe(true);
  const outcome = {
    ...attack,
    seconds,
    took: pairs.flatMap(({ took }) => took),
    lost: pairs.reduce((sum, { sent, took }) => sum + sent - took.length, 0),
    delayMs: lag.percentile(99) / 1e6,
    ended: pairs.map(({ ended }) => ended),
  };
  for (const pair of pairs) pair.close();
  attacker.kill('SIGKILL');
  if (attacker.exitCode === null) await once(attacker, 'exit');
  return outcome;
}

/** Everything has arrived, or nothing more will. */
function isDone({ sent, took, ended }: Pair): boolean {
  return took.length === sent || ended !== undefined;
}

function startAttacker(flood: Flood, target: Target, attack: Attack): ChildProcess {
  const child = fork(flooder, [JSON.stringify({ ...flood, ...target })]);
  execFileSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(child.pid)], { stdio: 'ignore' });
  if (isPinned) pin(child.pid, '1');
  child.on('message', (said: { tries?: number; cutMs?: number; goneMs?: number }) => {
    if (said.tries !== undefined) attack.tries = said.tries;
    if (said.cutMs !== undefined) attack.cutsMs.push(said.cutMs);
    if (said.goneMs !== undefined) attack.goneMs.push(said.goneMs);
  });
  return child;
}

/** All threads of a process, to these cores. */
function pin(pid: number | undefined, cores: string): void {
  execFileSync('taskset', ['-acp', cores, String(pid)], { stdio: 'ignore' });
}

function note(context: TestContext, flood: Flood, outcome: Outcome, remark: string): void {
  const { tries, seconds, took, lost, cutsMs, goneMs, delayMs } = outcome;
  const cuts =
    cutsMs.length === 0
      ? 'never cut'
      : `cut ${inThousands(cutsMs.length)} times, within ${inMs(Math.max(...cutsMs))}, gone ${inMs(Math.max(...goneMs))} later`;
  noteAttack(context, {
    threat: titleOf(flood),
    tries: `${inThousands(Math.round(tries / seconds))} a second`,
    result: `p50 ${inMs(percentile(took, 50))}, p99 ${inMs(percentile(took, 99))}, ${lost} lost; ${cuts}; own p99 ${inMs(delayMs)}${remark}`,
  });
}

function judge(flood: Flood, outcome: Outcome, isValid: boolean): void {
  const { took, lost, cutsMs, goneMs, ended } = outcome;
  expect(ended, 'the pairs are connected').toEqual([undefined, undefined]);
  expect(lost, 'lost messages').toBe(0);
  expect([took.length > 0, outcome.tries > 0]).toEqual([true, true]);
  if (flood.isCut !== false) expect(goneMs.length, 'times that the attacker was cut').toBeGreaterThan(0);
  if (!isFull) return;
  expect(isValid, 'the process of the pairs had the processor in time').toBe(true);
  expect(percentile(took, 99), 'p99 of the pairs, in ms').toBeLessThanOrEqual(mostMs);
  if (flood.isCut === false) return;
  expect(Math.max(...cutsMs), 'until it is cut, in ms').toBeLessThanOrEqual(cutWithinMs);
  expect(Math.max(...goneMs), 'until its socket is gone, in ms').toBeLessThanOrEqual(goneWithinMs);
}

/** Those of this run, with their titles. */
export function toRun(floods: readonly Flood[]): (readonly [title: string, flood: Flood])[] {
  return floods
    .filter(({ isShort = false }) => isFull || isShort)
    .map((flood) => [titleOf(flood), flood] as const);
}

function titleOf({ kind, what, surface, connections, perSecond, isPipelined }: Flood): string {
  const how = [
    ...(connections > 1 ? [`${connections} connections`] : []),
    ...(perSecond === undefined ? [] : [`${perSecond} a second each`]),
    ...(isPipelined ? ['pipelined'] : []),
  ];
  const on = ['requests', 'body'].includes(kind) && surface === 'rooms' ? 'HTTP' : surface;
  return `flood, ${on}: ${what}${how.length > 0 ? ` (${how.join(', ')})` : ''}`;
}
