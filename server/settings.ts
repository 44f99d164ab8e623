// Every setting, once: its environment variable, its flag, its default, its allowed values. Leaves reading to config.
import * as v from 'valibot';
import { logFormats, logLevels } from './observability/logger.js';
import {
  beatMs,
  folder,
  hostNames,
  iceUrls,
  nodeName,
  pemFile,
  onOrOff,
  oneOf,
  origins,
  path,
  redisUrl,
  wholeNumber,
  yesOrNo,
} from './setting-values.js';

const day = 86_400_000;

export const settings = {
  port: setting('PORT', 8181, wholeNumber(0, 65_535), 'HTTP port, for pages and Socket.IO; 0: any free port'),
  callsPort: setting(
    'CALLS_PORT',
    9090,
    wholeNumber(0, 65_535),
    'port of calls by user name, over plain WebSocket; 0: any free port',
  ),
  host: setting('HOST', '', v.string(), 'address to listen on; empty: all addresses'),
  basePath: setting('BASE_PATH', '', path(), 'path that everything is served under, such as /parley'),
  allowedOrigins: setting(
    'ALLOWED_ORIGINS',
    '',
    origins(),
    'other origins whose pages may connect, separated by commas; "null": pages from disk; "*": all',
  ),
  allowedHosts: setting(
    'ALLOWED_HOSTS',
    '',
    hostNames(),
    'more host names to answer to at a private address without a proxy, separated by commas; "*": all',
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    'false',
    yesOrNo(),
    'trust X-Forwarded-Host and X-Forwarded-For; true only behind a proxy that sets them',
  ),
  heartbeatMs: setting(
    'HEARTBEAT_MS',
    10_000,
    beatMs(100, day),
    'ms between two pings; a dead connection is found within twice that; 0: no pings',
  ),
  graceMs: setting(
    'GRACE_MS',
    30_000,
    wholeNumber(0, day),
    'ms for which the seat or name of a lost connection is kept; 0: not kept',
  ),
  yieldMs: setting(
    'YIELD_MS',
    5000,
    wholeNumber(0, day),
    'ms after which the seat or name of a lost connection is given to another client that asks; 0: never',
  ),
  ackTimeoutMs: setting(
    'ACK_TIMEOUT_MS',
    5000,
    wholeNumber(0, day),
    'ms for which a Bye may stay unacknowledged; 0: no limit',
  ),
  drainMs: setting(
    'DRAIN_MS',
    0,
    wholeNumber(0, 60_000),
    'ms from SIGTERM to closing, with /readyz already 503, for load balancers that check it',
  ),
  maxMessageBytes: setting(
    'MAX_MESSAGE_BYTES',
    65_536,
    wholeNumber(0, 1_000_000),
    "maximum bytes of one message; 0: no limit below the transport's 1 MiB",
  ),
  rateLimit: setting(
    'RATE_LIMIT',
    500,
    wholeNumber(0, 1_000_000),
    'messages a second that one connection may send, 4 times as many at once; 0: no limit',
  ),
  rateLimitBytes: setting(
    'RATE_LIMIT_BYTES',
    1_048_576,
    wholeNumber(0, 1_000_000_000),
    'bytes a second that one connection may send, 4 times as many at once; 0: no limit',
  ),
  maxConnections: setting(
    'MAX_CONNECTIONS',
    50_000,
    wholeNumber(0, 1_000_000),
    'open connections to this server; further ones are answered with 503; 0: no limit',
  ),
  maxConnectionsPerAddress: setting(
    'MAX_CONNECTIONS_PER_ADDRESS',
    1000,
    wholeNumber(0, 1_000_000),
    'open connections of one address, and twice as many attempts at once; 0: no limit by address, nor of failures',
  ),
  userList: setting('USER_LIST', 'on', onOrOff(), 'off: the list of users online is not sent'),
  stunUrls: setting(
    'STUN_URLS',
    '',
    iceUrls('stun'),
    'STUN servers for calls, separated by commas: they tell a browser its public address',
  ),
  turnUrls: setting(
    'TURN_URLS',
    '',
    iceUrls('turn'),
    'TURN servers, separated by commas: they relay calls that have no direct path',
  ),
  turnSecret: secret('TURN_SECRET', "secret shared with the TURN server: coturn's static-auth-secret"),
  turnTtl: setting(
    'TURN_TTL',
    3600,
    wholeNumber(1, 604_800),
    'lifetime in seconds of credentials made with TURN_SECRET; clients renew them in time',
  ),
  turnUsername: setting(
    'TURN_USERNAME',
    '',
    v.string(),
    'one user name for all clients, instead of TURN_SECRET',
  ),
  turnCredential: secret('TURN_CREDENTIAL', 'the password of TURN_USERNAME'),
  redisUrl: secret(
    'REDIS_URL',
    'stores channels and names in Redis, for many nodes: redis://… or rediss://…; empty: in memory',
    redisUrl(),
  ),
  nodeId: setting(
    'NODE_ID',
    '',
    nodeName(),
    'name of this node in logs, followed by a random part; only with REDIS_URL',
  ),
  publicDir: setting('PUBLIC_DIR', '', folder(), 'folder that is served at / instead of the bundled pages'),
  tlsCertFile: setting(
    'TLS_CERT_FILE',
    '',
    pemFile('certificate'),
    'certificate chain (PEM): serve https; needs TLS_KEY_FILE',
  ),
  tlsKeyFile: setting('TLS_KEY_FILE', '', pemFile('private key'), 'private key (PEM) of the certificate'),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    oneOf(logLevels),
    'how much to log: silent, error, warn, info, debug or trace',
  ),
  logFormat: setting(
    'LOG_FORMAT',
    'auto',
    oneOf(logFormats),
    'auto: pretty at a terminal, JSON lines elsewhere',
  ),
};

type Settings = typeof settings;

export type SettingName = keyof Settings;

/**
 * The effective settings. Times are in ms, except `turnTtl`, in seconds. Sizes are in bytes. 0 means "none" where the
 * description says so.
 */
export type Config = { [Name in SettingName]: v.InferOutput<Settings[Name]['schema']> };

export function flagOf(env: string): string {
  return env.toLowerCase().replaceAll('_', '-');
}

function setting<Schema extends v.GenericSchema<string, unknown>>(
  env: string,
  fallback: string | number,
  schema: Schema,
  about: string,
) {
  return { env, fallback: String(fallback), schema, about, isSecret: false };
}

/** A setting that is never shown, and that can also be the content of a file. */
function secret(env: string, about: string, schema: v.GenericSchema<string, string> = v.string()) {
  return { ...setting(env, '', schema, `${about}; or ${env}_FILE`), isSecret: true };
}
