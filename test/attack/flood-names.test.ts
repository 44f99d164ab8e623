// Floods of the user protocol, on its own port and at `/calls`. [U29]
import { it } from 'vitest';
import { costlyFloods, floodTarget, toRun, type Flood } from './flood.js';

const run = floodTarget();

const one = { kind: 'webSocket', surface: 'names', connections: 1 } as const;

const floods: Flood[] = [
  { ...one, what: 'no login', isShort: true },
  { ...one, what: 'no login', surface: 'calls' },
  { ...one, what: 'unknown events' },
  { ...one, what: '1 MiB arrays' },
  { ...one, what: '1 MiB before login', isShort: true },
  { ...one, what: 'knocking' },
  { ...one, what: 'ice servers' },
  { ...one, what: 'users, watched' },
  { ...one, what: 'pings' },
  { ...one, what: 'pongs' },
  { ...one, what: 'fragments' },
  { ...one, what: 'no login', connections: 50, perSecond: 400, isCut: false },
  { ...one, what: 'no login', connections: 10, perSecond: 2000 },
  { ...one, what: '1 MiB arrays', connections: 10 },
  ...costlyFloods.map((flood): Flood => ({ ...one, ...flood })),
  { ...one, kind: 'churn', what: 'handshakes', connections: 50, isCut: false },
];

it.for(toRun(floods))('[U29] %s', ([, flood], context) => run(flood, context));
