// What it costs the server that two connect and are paired.
import { closePairs, openPairs } from '../pairs.js';
import type { Scale, Workload } from '../workload.js';

const couples: Record<Scale, number> = { full: 800, quick: 300 };
const warmUp: Record<Scale, number> = { full: 200, quick: 100 };

export const pair: Workload = {
  id: 'pair',
  title: 'Connect and pair',
  rows: [{ id: 'pair', title: 'processor time of a couple: two connections and their pairing', unit: 'µs' }],
  contestants: {
    full: [
      ...['bare-ws', 'ws-json', 'tidy-socket-io', 'book', 'peerjs', 'rooms', 'rooms-resume', 'rooms-redis'],
      ...['rooms-across', 'names', 'names-redis'],
    ],
    quick: ['bare-ws', 'tidy-socket-io', 'peerjs', 'rooms', 'names'],
  },
  rounds: { full: 9, quick: 3 },
  async round({ running, scale, record }) {
    for (const each of running) {
      closePairs(await openPairs(each, warmUp[scale], 'warm'));
      const before = each.cpuUs();
      const pairs = await openPairs(each, couples[scale], 'pair');
      record('pair', each.contestant.id, (each.cpuUs() - before) / couples[scale]);
      closePairs(pairs);
    }
  },
};
