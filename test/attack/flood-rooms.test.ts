// Floods of the room protocol, over WebSocket and long-polling. [R34]
import { it } from 'vitest';
import { costlyFloods, floodTarget, toRun, type Flood } from './flood.js';

const run = floodTarget();

const one = { kind: 'webSocket', surface: 'rooms', connections: 1 } as const;
const polling = { kind: 'polling', surface: 'polling', connections: 1 } as const;

const floods: Flood[] = [
  { ...one, what: 'no login' },
  { ...one, what: 'unknown events', isShort: true },
  { ...one, what: '1 MiB arrays', isShort: true },
  // Closed at once, before it is parsed.
  { ...one, what: '1 MiB before login' },
  { ...one, what: 'knocking', isShort: true },
  { ...one, what: 'check' },
  { ...one, what: 'ice servers' },
  { ...one, what: 'pings' },
  { ...one, what: 'pongs' },
  { ...one, what: 'fragments' },
  { ...one, what: 'unknown events', connections: 50, perSecond: 400, isCut: false },
  { ...one, what: 'unknown events', connections: 10, perSecond: 2000 },
  { ...one, what: '1 MiB arrays', connections: 10 },
  ...costlyFloods.map((flood): Flood => ({ ...one, ...flood })),
  { ...one, kind: 'churn', what: 'handshakes', connections: 50, isCut: false },
  { ...polling, what: 'unknown events' },
  { ...polling, what: '131,000 packets in a POST', isShort: true },
  { ...polling, what: '1 MiB POSTs' },
];

it.for(toRun(floods))('[R34] %s', ([, flood], context) => run(flood, context));
