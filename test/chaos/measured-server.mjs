// A parley in a process of its own that tells what it holds: memory after garbage collection, and open resources.
// The product has no such door: this one is only here.
import { createParley } from '../../dist/server/create-parley.js';

const settings = JSON.parse(process.argv[2] ?? '{}');
const parley = createParley({
  port: 0,
  callsPort: 0,
  host: '127.0.0.1',
  logLevel: 'silent',
  rateLimit: 0,
  rateLimitBytes: 0,
  maxConnectionsPerAddress: 0,
  ...settings,
});

process.on('message', (request) => {
  if (request === 'glance') process.send(glance());
  if (request === 'measure') process.send(measure());
  if (request === 'close') void parley.close().then(() => process.send(measure()));
});

function measure() {
  // Twice, because what a finalizer frees is collected in the next round.
  globalThis.gc();
  globalThis.gc();
  return glance();
}

function glance() {
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { rss, heapUsed, external, resources };
}

const { port } = await parley.listen();
process.send({ port });
