// Pairs of light clients, on one node or on two, and what they say to each other.
import type { EnterOptions } from '../../server/protocol/room-events.js';
import { newSecret } from '../chaos/seat-client.js';
import type { ClusterNode } from '../support/cluster.js';
import { openLightClient, type LightClient } from './light-client.js';

/** Where the second of a pair sits. */
export type Place = 'local' | 'across';

export interface LightPair {
  ann: LightClient;
  bob: LightClient;
}

/** So many enter at the same time. */
const atOnce = 20;

/**
 * The pairs are spread evenly over the nodes; both of each have heard `ready`.
 * @param isKept with secrets, as the library has them: seats outlive their connections
 */
export async function openPairs(
  nodes: readonly ClusterNode[],
  count: number,
  place: Place,
  names: string,
  isKept = false,
): Promise<LightPair[]> {
  const pairs: LightPair[] = [];
  while (pairs.length < count) {
    const opening = Array.from({ length: Math.min(atOnce, count - pairs.length) }, (_, index) => {
      const number = pairs.length + index;
      return openPair(
        portOf(nodes, number),
        portOf(nodes, place === 'local' ? number : number + 1),
        `${names}-${number}`,
        isKept,
      );
    });
    pairs.push(...(await Promise.all(opening)));
  }
  return pairs;
}

async function openPair(
  annsPort: number,
  bobsPort: number,
  name: string,
  isKept: boolean,
): Promise<LightPair> {
  const [ann, bob] = [await openLightClient(annsPort), await openLightClient(bobsPort)];
  for (const client of [ann, bob]) await client.enter(name, isKept ? kept() : {});
  await Promise.all([ann.ready, bob.ready]);
  return { ann, bob };
}

/** What the library sends at its first entry. */
function kept(): EnterOptions {
  return { resume: true, seat: newSecret(), next: newSecret(), me: newSecret(), attempt: 1 };
}

function portOf(nodes: readonly ClusterNode[], number: number): number {
  return nodes[number % nodes.length]?.port ?? 0;
}

/** The one asks so many times whether the server is there; resolves when all are answered. */
export function check({ ann }: LightPair, count: number, window: number): Promise<void> {
  return keepUp(count, window, ann.check, (onNext) => (ann.onChecked = onNext));
}

/** The one says so many messages; resolves when all are heard. */
export function relay({ ann, bob }: LightPair, count: number, window: number): Promise<void> {
  return keepUp(count, window, ann.say, (onNext) => (bob.onMessage = onNext));
}

/** So many times, with at most `window` of them on their way. */
function keepUp(
  count: number,
  window: number,
  send: () => void,
  listen: (onNext: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let sent = Math.min(window, count);
    let done = 0;
    listen(() => {
      done++;
      if (done === count) resolve();
      else if (sent++ < count) send();
    });
    for (let number = 0; number < Math.min(window, count); number++) send();
  });
}
