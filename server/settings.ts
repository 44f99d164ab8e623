// Every setting, once: its environment variable, its flag, its default, what it allows. Leaves reading them to config.
import * as v from 'valibot';
import { logFormats, logLevels } from './platform/logger.js';
import {
  beatMs,
  folder,
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
} from './platform/setting-values.js';

const day = 86_400_000;

export const settings = {
  port: setting(
    'PORT',
    8181,
    wholeNumber(0, 65_535),
    'HTTP port: the pages and Socket.IO; 0: one that is free',
  ),
  callsPort: setting(
    'CALLS_PORT',
    9090,
    wholeNumber(0, 65_535),
    'port of the calls by user name, on plain WebSocket; 0: one that is free',
  ),
  host: setting('HOST', '', v.string(), 'address to listen on; empty: every one'),
  basePath: setting('BASE_PATH', '', path(), 'path under which everything is served, such as /parley'),
  allowedOrigins: setting(
    'ALLOWED_ORIGINS',
    '',
    origins(),
    'other origins whose pages may connect, with commas; "null": pages from disk; "*": all',
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    'false',
    yesOrNo(),
    'believe X-Forwarded-Host and X-Forwarded-For: true behind a proxy that sets them',
  ),
  heartbeatMs: setting(
    'HEARTBEAT_MS',
    10_000,
    beatMs(100, day),
    'ms between two pings; a dead path is found within two; 0: none',
  ),
  graceMs: setting(
    'GRACE_MS',
    30_000,
    wholeNumber(0, day),
    'ms that the seat of a dropped connection is kept for it; 0: not at all',
  ),
  ackTimeoutMs: setting(
    'ACK_TIMEOUT_MS',
    5000,
    wholeNumber(0, day),
    'ms that a Bye may stay unacknowledged; 0: for ever',
  ),
  drainMs: setting(
    'DRAIN_MS',
    0,
    wholeNumber(0, 60_000),
    'ms between "not ready" and the end, when told to end, for balancers that ask /readyz',
  ),
  maxMessageBytes: setting(
    'MAX_MESSAGE_BYTES',
    65_536,
    wholeNumber(0, 1_000_000),
    "bytes in one message; 0: no limit below the transport's 1 MiB",
  ),
  userList: setting('USER_LIST', 'on', onOrOff(), 'off: nobody is shown who is online for calls'),
  stunUrls: setting(
    'STUN_URLS',
    '',
    iceUrls('stun'),
    'STUN servers for calls, with commas: each side learns its address outside there',
  ),
  turnUrls: setting(
    'TURN_URLS',
    '',
    iceUrls('turn'),
    'TURN servers, with commas: they relay calls that find no direct way',
  ),
  turnSecret: secret('TURN_SECRET', "what the TURN server and parley both know: coturn's static-auth-secret"),
  turnTtl: setting(
    'TURN_TTL',
    3600,
    wholeNumber(1, 604_800),
    'seconds for which credentials made with TURN_SECRET hold; clients get new ones in time',
  ),
  turnUsername: setting(
    'TURN_USERNAME',
    '',
    v.string(),
    'the same user for everybody, instead of TURN_SECRET',
  ),
  turnCredential: secret('TURN_CREDENTIAL', 'the password of TURN_USERNAME'),
  redisUrl: secret(
    'REDIS_URL',
    'keeps channels and names in Redis, for many nodes: redis://… or rediss://…; empty: in memory',
    redisUrl(),
  ),
  nodeId: setting(
    'NODE_ID',
    '',
    nodeName(),
    'what logs call this node, with something random behind it; only with REDIS_URL',
  ),
  publicDir: setting('PUBLIC_DIR', '', folder(), 'a folder served at / instead of the bundled pages'),
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
 * The effective settings. Times are in ms, but `turnTtl` in seconds; sizes are in bytes; 0 means "none" where the
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

/** It can also be the content of a file, and is never shown. */
function secret(env: string, about: string, schema: v.GenericSchema<string, string> = v.string()) {
  return { ...setting(env, '', schema, `${about}; or ${env}_FILE`), isSecret: true };
}
