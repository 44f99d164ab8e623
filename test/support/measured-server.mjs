// A parley in a process of its own that tells what it holds: memory after garbage collection, open resources, and the
// entries of every map and set. The product has no such door: this one is only here.
import { readdirSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { getSystemErrorMap } from 'node:util';

const { isCovered, ...settings } = JSON.parse(process.argv[2] ?? '{}');
const coverage = new Session();
if (isCovered) {
  coverage.connect();
  await coverage.post('Profiler.enable');
  await coverage.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
}
// What is loaded earlier is not covered.
const { createParley } = await import('../../dist/server/create-parley.js');
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

// Node.js fills this map when the first error of the system comes.
getSystemErrorMap();

let rejections = 0;
process.on('unhandledRejection', () => {
  rejections++;
});

const answers = {
  glance,
  measure,
  count: async () => ({ ...measure(), entries: await countEntries() }),
  cover: async () => (await coverage.post('Profiler.takePreciseCoverage')).result,
  close: () => parley.close().then(measure),
};

process.on('message', (request) => {
  void Promise.resolve(answers[request]()).then((answer) => process.send(answer));
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
  // Without the descriptor with which the folder is read.
  const descriptors = readdirSync('/proc/self/fd').length - 1;
  const inherited = Object.getOwnPropertyNames(Object.prototype).length;
  return { rss, heapUsed, external, resources, descriptors, rejections, inherited };
}

/** Of all maps and sets there are, found by their prototypes. */
async function countEntries() {
  const session = new Session();
  session.connect();
  let entries = 0;
  for (const expression of ['Map.prototype', 'Set.prototype']) {
    const { result: prototype } = await session.post('Runtime.evaluate', { expression });
    const { objects } = await session.post('Runtime.queryObjects', { prototypeObjectId: prototype.objectId });
    const { result } = await session.post('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration:
        'function () { return this.reduce((sum, found) => sum + (Object.hasOwn(found, "constructor") ? 0 : found.size), 0) }',
      returnByValue: true,
    });
    entries += result.value;
  }
  session.disconnect();
  return entries;
}

const { port, callsPort } = await parley.listen();
process.send({ port, callsPort });
