// How long a message takes from end to end at a low fixed rate. Both ends are in this process and read the same clock.
import { closePairs, openPairs } from '../pairs.js';
import { payloadOf } from '../payloads.js';
import { quantile } from '../statistics.js';
import { latenciesOf, relayAll } from '../traffic.js';
import { within } from '../within.js';
import type { Scale, Workload } from '../workload.js';

const everyMs = 2;
const messages: Record<Scale, number> = { full: 500, quick: 300 };

/** On both routes, as fast as they go: until the server's code is compiled. */
const warmUp = 2000;
const slack = 10;

export const latency: Workload = {
  id: 'latency',
  title: 'Latency',
  rows: [
    { id: 'latency-50', title: 'one way, 200 B, 500 messages a second: half of them within', unit: 'µs' },
    { id: 'latency-99', title: 'one way, 200 B, 500 messages a second: 99 % of them within', unit: 'µs' },
  ],
  contestants: {
    full: [
      ...['bare-ws', 'ws-json', 'tidy-socket-io', 'book', 'peerjs', 'rooms', 'rooms-redis', 'rooms-across'],
      ...['names', 'names-across'],
    ],
    quick: ['bare-ws', 'tidy-socket-io', 'peerjs', 'rooms'],
  },
  rounds: { full: 9, quick: 2 },
  async round({ running, scale, record }) {
    const payload = payloadOf(200);
    const count = messages[scale];
    for (const each of running) {
      const { id, label, dialect } = each.contestant;
      const pairs = await openPairs(each, 1, 'latency');
      const routes = pairs.flatMap((pair) => dialect.routes(pair, 'message'));
      await relayAll(routes, { payload, count: warmUp }, 1);
      const [route] = routes;
      if (!route) throw new Error('There is no route.');
      const measured = latenciesOf(route, payload, { count, everyMs });
      const took = await within(measured, slack * count * everyMs, `${count} messages through ${label}`);
      record('latency-50', id, quantile(took, 0.5));
      record('latency-99', id, quantile(took, 0.99));
      closePairs(pairs);
    }
  },
};
