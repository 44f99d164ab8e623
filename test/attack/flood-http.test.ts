// Floods of plain HTTP requests, on both ports. [R34]
import { it } from 'vitest';
import { floodTarget, toRun, type Flood } from './flood.js';

const run = floodTarget();

const one = { kind: 'requests', surface: 'rooms', connections: 1 } as const;
const many = { ...one, connections: 50 } as const;
const ten = { ...one, kind: 'body', connections: 10 } as const;

const floods: Flood[] = [
  { ...one, what: 'GET /parley.js', isPipelined: true, isShort: true },
  { ...one, what: 'GET of a missing file', isPipelined: true },
  { ...one, what: 'GET /healthz', isPipelined: true },
  { ...one, what: 'POST /leave', isPipelined: true, isShort: true },
  { ...one, what: 'GET /', surface: 'names', isPipelined: true },
  { ...many, what: 'GET /healthz', isPipelined: true },
  // One request after the other is above the rate only if the server is fast enough.
  { ...one, what: 'POST /leave', isCut: false },
  { ...many, what: 'POST /leave', isCut: false },
  { ...many, what: 'GET /parley.js', isCut: false },
  { ...many, what: 'GET /', surface: 'names', isCut: false },
  { ...ten, what: 'a body in tiny chunks', isShort: true },
  { ...ten, what: 'a body in tiny chunks, to nothing' },
  { ...ten, what: 'an endless body', isShort: true },
  { ...many, kind: 'churn', what: 'TCP connections', isCut: false },
];

it.for(toRun(floods))('[R34] %s', ([, flood], context) => run(flood, context));
