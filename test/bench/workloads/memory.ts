// What a connection that waits for its partner takes of memory, after garbage collection.
import { closeAll, openWaiting } from '../pairs.js';
import type { Scale, Workload } from '../workload.js';

/** Before the first reading: meanwhile the process takes what garbage needs, which is not counted. */
const first: Record<Scale, number> = { full: 1000, quick: 500 };
const more: Record<Scale, number> = { full: 2000, quick: 1500 };

const bytesPerKb = 1000;

export const memory: Workload = {
  id: 'memory',
  title: 'Memory',
  rows: [
    { id: 'rss', title: 'memory of a waiting connection: of the process (RSS)', unit: 'KB' },
    { id: 'heap', title: 'memory of a waiting connection: of its heap', unit: 'KB' },
  ],
  contestants: {
    full: [
      'bare-ws',
      'ws-json',
      'tidy-socket-io',
      'book',
      'peerjs',
      'rooms',
      'rooms-resume',
      'names',
      'names-resume',
    ],
    quick: ['bare-ws', 'tidy-socket-io', 'peerjs', 'rooms', 'rooms-resume'],
  },
  rounds: { full: 6, quick: 1 },
  async round({ running, scale, record }) {
    for (const each of running) {
      const clients = await openWaiting(each, first[scale], 'first');
      const before = await each.memory();
      clients.push(...(await openWaiting(each, more[scale], 'more')));
      const after = await each.memory();
      const { id } = each.contestant;
      record('rss', id, (after.rss - before.rss) / more[scale] / bytesPerKb);
      record('heap', id, (after.heapUsed - before.heapUsed) / more[scale] / bytesPerKb);
      closeAll(clients);
    }
  },
};
