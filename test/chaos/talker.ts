// The library as an app uses it, with a page and a pace of the test's own, and a note of everything that it reports.
import { onTestFinished } from 'vitest';
import type { PeerPresence, SignalingChannel } from '../../client/index.js';
import { realClock } from '../../client/transport/clock.js';
import { noPage, type PageEvents } from '../../client/transport/page.js';
import { openRoomChannel } from '../../client/rooms/room-session.js';
import { socketIoTransport } from '../../client/transport/socket-io-transport.js';

export interface Talker {
  readonly channel: SignalingChannel;
  /** The numbers that arrived, in order. */
  readonly got: number[];
  readonly presences: PeerPresence[];
  /** What the server answered at each entry. */
  readonly entries: string[];
  /** How often it was told Bye. */
  readonly byes: number;
  /** How long each drop was, from when the library found its connection lost until it had entered again. */
  readonly dropsMs: readonly number[];
  /** Sends the next so many numbers; resolves when all have their receipts. */
  say(count: number): Promise<void>;
  /** How many numbers were sent. */
  readonly said: number;
  /** The page hears that the network is back. */
  hurry(): void;
  /** When the library last found its connection lost, by `performance.now()`. */
  readonly lostAt: number;
  /** When it last entered, by `performance.now()`. */
  readonly enteredAt: number;
  /** Resolves at the next entry. */
  entersAgain(): Promise<void>;
}

/** Attempts follow each other quickly, so that a run has time for many faults. */
const policy = { delayMs: (attempt: number) => Math.min(20 * attempt, 200) };

export async function openTalker(url: string, name: string): Promise<Talker> {
  const got: number[] = [];
  const presences: PeerPresence[] = [];
  const entries: string[] = [];
  const waiting = new Set<() => void>();
  const page = createPage();
  const dropsMs: number[] = [];
  let byes = 0;
  let said = 0;
  let lostAt = 0;
  let enteredAt = 0;
  const channel = await openRoomChannel({
    server: url,
    channel: name,
    openTransport: socketIoTransport({ url: new URL(url), channel: name, token: undefined, log: false }),
    clock: realClock,
    unreachableAfterMs: 30_000,
    policy,
    page,
    onTrace({ direction, event, args }) {
      if (direction === 'in' && event === 'Bye') byes++;
      if (direction !== 'here') return;
      if (event === 'lost') lostAt = performance.now();
      if (event !== 'connected') return;
      enteredAt = performance.now();
      if (entries.length > 0) dropsMs.push(enteredAt - lostAt);
      entries.push(String(args[0]));
      for (const tell of waiting) tell();
      waiting.clear();
    },
  });
  onTestFinished(() => channel.close());
  channel.on('message', (value) => got.push(value as number));
  channel.on('peer', (presence) => presences.push(presence));
  return {
    channel,
    got,
    presences,
    entries,
    dropsMs,
    get byes() {
      return byes;
    },
    async say(count) {
      await Promise.all(Array.from({ length: count }, () => channel.send(said++)));
    },
    get said() {
      return said;
    },
    get lostAt() {
      return lostAt;
    },
    get enteredAt() {
      return enteredAt;
    },
    hurry: page.hurry,
    entersAgain: () => new Promise((resolve) => waiting.add(resolve)),
  };
}

function createPage(): PageEvents & { hurry(): void } {
  const listeners = new Set<() => void>();
  return {
    ...noPage,
    onReturn(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hurry() {
      for (const listener of listeners) listener();
    },
  };
}

/** The numbers from 0 on, as they have to arrive. */
export function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}

/** What became of the numbers on their way, in words for the table. */
export function judge(got: readonly number[], said: number): string {
  const unique = new Set(got);
  const swapped = got.filter((number, index) => index > 0 && number < (got[index - 1] ?? 0)).length;
  return `${said - unique.size} lost, ${got.length - unique.size} doubled, ${swapped} out of order`;
}
