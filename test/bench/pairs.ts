// Opens pairs and waiting connections, a few at a time, so that no server's queue of new connections is what is measured.
import type { Pair } from './dialect.js';
import type { RunningContestant } from './contestants.js';
import type { WireClient } from './wire-client.js';

const atOnce = 16;

/** @param names tells these pairs from others on the same server */
export function openPairs(running: RunningContestant, count: number, names: string): Promise<Pair[]> {
  return openAll(count, (number) =>
    running.contestant.dialect.pair(
      running.annsPorts(number),
      running.bobsPorts(number),
      `${names}-${number}`,
    ),
  );
}

export function openWaiting(running: RunningContestant, count: number, names: string): Promise<WireClient[]> {
  return openAll(count, (number) =>
    running.contestant.dialect.wait(running.annsPorts(number), `${names}-${number}`),
  );
}

async function openAll<Item>(count: number, open: (number: number) => Promise<Item>): Promise<Item[]> {
  const items: Item[] = [];
  let next = 0;
  async function openOneByOne(): Promise<void> {
    while (next < count) items.push(await open(next++));
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, openOneByOne));
  return items;
}

export function closePairs(pairs: readonly Pair[]): void {
  closeAll(pairs.flatMap(({ ann, bob }) => [ann, bob]));
}

export function closeAll(clients: readonly WireClient[]): void {
  for (const client of clients) client.close();
}
