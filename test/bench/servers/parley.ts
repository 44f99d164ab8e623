// Our own server from the `dist` of the folder that is given, today's or that of another version: with its defaults but for
// the log, and with limits that no load reaches, or with none.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pingMs, reportPorts } from './report-ports.js';

const [root = '.'] = process.argv.slice(2);
const redisUrl = process.env['BENCH_REDIS_URL'];
const hasLimits = process.env['BENCH_LIMITS'] !== 'none';
const entry = pathToFileURL(join(root, 'dist/server/create-parley.js')).href;
const { createParley } = (await import(entry)) as typeof import('../../../server/create-parley.js');

const { settings } = (await import(
  pathToFileURL(join(root, 'dist/server/settings.js')).href
)) as typeof import('../../../server/settings.js');

const aboveEveryLoad = {
  rateLimit: 1_000_000,
  rateLimitBytes: 1_000_000_000,
  maxConnections: 1_000_000,
  maxConnectionsPerAddress: 1_000_000,
};
/** Those that this version has. */
const limits = Object.fromEntries(
  Object.entries(aboveEveryLoad)
    .filter(([name]) => Object.hasOwn(settings, name))
    .map(([name, high]) => [name, hasLimits ? high : 0]),
);

const parley = createParley({
  host: '127.0.0.1',
  port: 0,
  callsPort: 0,
  heartbeatMs: pingMs,
  ...limits,
  logLevel: 'warn',
  logFormat: 'json',
  ...(redisUrl !== undefined && { redisUrl }),
});
const { port, callsPort } = await parley.listen();
reportPorts({ port, ...(callsPort !== undefined && { callsPort }) });
