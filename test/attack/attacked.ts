// One attack on a server in a process of its own: a healthy pair beside it talks on, and when it is over the server holds
// what it held before. Leaves what is tried, and what may come of it, to the test.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, type TestContext } from 'vitest';
import { inMegabytes } from '../support/figures.js';
import {
  startMeasuredServer,
  type Holdings,
  type MeasuredOptions,
  type MeasuredServer,
} from '../support/measured-server.js';
import { betweenMs, startOtherRoom } from '../support/pairs.js';
import { closeSocketsAfterTest } from '../support/seat-client.js';
import { inThousands } from '../support/scale.js';
import { connectPair } from '../support/user-client.js';
import { noteAttack } from './attack-table.js';

export interface Attacked {
  /** As docs/security.md names it. */
  threat: string;
  tries: number;
  /** What one try is: `connections`. */
  of: string;
}

/** Such a part of it runs first, so that what the server loads and compiles only once is no growth. */
const rehearsal = 0.05;

/** How much more the server may hold than before. */
const mostGrowth = 1.1;

/** What a timer of the healthy pair, or of a connection that has just ended, may be more. */
const fewMore = 3;

/**
 * Engine.IO keeps a timer for 30 s for a long-polling connection that ends while no request is open (`closeTimeout` in
 * build/transports/polling.js of engine.io 6.6.13).
 */
const patienceMs = 90_000;

/** Seats of connections that are gone, and what is kept in Redis, are over by then; a busy machine needs longer. */
const soonMs = 20_000;

type Counted = Holdings & { entries: number };

/**
 * @param attack is called two or three times, first with few tries; it closes what it has opened, and resolves with its
 * result
 */
export async function attacked(
  context: Pick<TestContext, 'task'>,
  server: MeasuredServer,
  { threat, tries, of }: Attacked,
  attack: (tries: number) => Promise<string>,
): Promise<void> {
  const expectUndisturbed = await startPairs(server);
  const idle = await server.count();
  await attack(Math.ceil(tries * rehearsal));
  let before = await settled(server, idle, isLearned);
  let result = await attack(tries);
  let after = await settled(server, before, never, soonMs);
  if (growthBetween(before, after).length > 0) after = await settled(server, before, isLearned);
  if (growthBetween(before, after).length > 0) {
    // Code that is loaded late, and the tables of the heap, grow once; what is kept of an attack grows with each.
    before = after;
    result = await attack(tries);
    after = await settled(server, before, never);
  }
  await expectUndisturbed();
  noteAttack(context, {
    threat,
    tries: `${inThousands(tries)} ${of}`,
    result: `${result}; ${changeBetween(before, after)}`,
  });
  expect(growthBetween(before, after)).toEqual([]);
  expect([after.rejections, after.inherited]).toEqual([0, idle.inherited]);
}

/** One server for all tests of a file. */
export function serverOfFile(options: MeasuredOptions = {}): () => MeasuredServer {
  let server: MeasuredServer | undefined;
  let end = (): void => {};
  beforeAll(async () => {
    server = await startMeasuredServer({ graceMs, ...options }, (kill) => {
      end = kill;
    });
  }, startsWithinMs);
  afterAll(() => {
    end();
  });
  return () => {
    if (!server) throw new Error('The server has not been started.');
    return server;
  };
}

/** On a machine that is busy with other tests. */
const startsWithinMs = 300_000;

/** Seats of connections that are gone are soon over. */
const graceMs = 200;

/** Waits until nothing has grown but what may have, or until the patience ends. */
async function settled(
  server: MeasuredServer,
  before: Counted,
  mayGrow: (grown: string) => boolean,
  timeout = patienceMs,
): Promise<Counted> {
  const isSettled = (counted: Counted): boolean => growthBetween(before, counted).every(mayGrow);
  let last = await server.count();
  if (isSettled(last)) return last;
  await expect
    .poll(
      async () => {
        last = await server.count();
        return isSettled(last);
      },
      { timeout, interval: 500 },
    )
    .toBe(true)
    .catch(() => {});
  return last;
}

/** Code that is compiled at its first use, and a counter for each code of a refusal: they come once. */
function isLearned(grown: string): boolean {
  return /^(?:memory|entries)/.test(grown);
}

const never = (): boolean => false;

/** What has grown too much, in words. */
function growthBetween(before: Counted, after: Counted): string[] {
  const kinds = Object.keys({ ...before.resources, ...after.resources });
  const values: [what: string, before: number, after: number][] = [
    ['memory', memoryOf(before), memoryOf(after)],
    ['descriptors', before.descriptors, after.descriptors],
    ['entries of maps and sets', before.entries, after.entries],
    ...kinds.map((kind): [string, number, number] => [
      kind,
      before.resources[kind] ?? 0,
      after.resources[kind] ?? 0,
    ]),
  ];
  return values
    .filter(([, was, is]) => is > was * mostGrowth + (was < 100 ? fewMore : 0))
    .map(([what, was, is]) => `${what}: ${was} -> ${is}`);
}

function memoryOf({ heapUsed, external }: Holdings): number {
  return heapUsed + external;
}

function changeBetween(before: Counted, after: Counted): string {
  const change = (what: string, of: (holdings: Counted) => number | string): string =>
    `${what} ${of(before)} -> ${of(after)}`;
  return [
    change('memory', (holdings) => inMegabytes(memoryOf(holdings))),
    change('RSS', ({ rss }) => inMegabytes(rss)),
    change('descriptors', ({ descriptors }) => descriptors),
    change('timers', ({ resources }) => resources['Timeout'] ?? 0),
    change('entries', ({ entries }) => entries),
  ].join(', ');
}

/** A room and a call in which two talk all the time. @returns ends it, and compares all that they have received */
export async function startPairs({ url, callsPort }: MeasuredServer): Promise<() => Promise<void>> {
  closeSocketsAfterTest();
  const expectRoom = await startOtherRoom(url);
  const expectCall = await startOtherCall(`ws://127.0.0.1:${callsPort}`);
  return async () => {
    await Promise.all([expectRoom(), expectCall()]);
  };
}

async function startOtherCall(url: string): Promise<() => Promise<void>> {
  const [dan, eve] = await connectPair(url, ['healthy dan', 'healthy eve']);
  const state = { turns: 0, isOver: false };
  const received: unknown[] = [];
  async function talk(): Promise<void> {
    while (!state.isOver) {
      dan?.say({ type: 'candidate', name: 'healthy eve', candidate: state.turns++ });
      received.push(await eve?.hears());
      await pause(betweenMs);
    }
  }
  const talking = talk();
  talking.catch(() => {});
  onTestFinished(() => {
    state.isOver = true;
  });
  return async () => {
    state.isOver = true;
    await talking;
    const sent = Array.from({ length: state.turns }, (_, candidate) => ({
      type: 'candidate',
      candidate,
      name: 'healthy dan',
    }));
    expect(received).toEqual(sent);
    expect(await eve?.hearsAll()).toEqual([]);
  };
}
