// Every setting, once: its environment variable, its flag, its default, what it allows.
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { logFormats, logLevels } from './platform/logger.js';
import {
  beatMs,
  folder,
  pemFile,
  onOrOff,
  oneOf,
  origins,
  path,
  wholeNumber,
  yesOrNo,
} from './platform/setting-values.js';

const day = 86_400_000;

const settings = {
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
  maxMessageBytes: setting(
    'MAX_MESSAGE_BYTES',
    65_536,
    wholeNumber(0, 1_000_000),
    "bytes in one message; 0: no limit below the transport's 1 MiB",
  ),
  userList: setting('USER_LIST', 'on', onOrOff(), 'off: nobody is shown who is online for calls'),
  publicDir: setting('PUBLIC_DIR', '', folder(), 'a folder served at / instead of the bundled pages'),
  tlsCertFile: setting(
    'TLS_CERT_FILE',
    '',
    pemFile('certificate'),
    'certificate chain (PEM): serve https; needs TLS_KEY_FILE',
  ),
  tlsKeyFile: setting('TLS_KEY_FILE', '', pemFile('private key'), 'private key (PEM) of the certificate'),
  logLevel: setting('LOG_LEVEL', 'info', oneOf(logLevels), 'how much to log'),
  logFormat: setting(
    'LOG_FORMAT',
    'auto',
    oneOf(logFormats),
    'auto: pretty at a terminal, JSON lines elsewhere',
  ),
};

type Settings = typeof settings;

/** The effective settings. Times are in ms, sizes in bytes; 0 means "none" where the description says so. */
export type Config = { [Name in keyof Settings]: v.InferOutput<Settings[Name]['schema']> };

export type ConfigResult = { ok: true; config: Config } | { ok: false; message: string };

/** One setting as a person reads it: in `--help` and in the README. */
export interface SettingDescription {
  env: string;
  flag: string;
  /** The default as one would write it; empty when there is none. */
  fallback: string;
  about: string;
}

/**
 * Completes settings given in code with the defaults.
 * @throws {Error} with a sentence that says what is allowed, when a value is not
 */
export function completeConfig(given: Partial<Config>): Config {
  const names = Object.keys(settings) as (keyof Settings)[];
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined) throw new SettingError(`There is no setting ${unknown}.`);
  const texts = names.flatMap((name) => {
    const value = given[name];
    return value === undefined
      ? []
      : [[settings[name].env, Array.isArray(value) ? value.join() : String(value)]];
  });
  return readAll(Object.fromEntries(texts) as Given);
}

/** Reads flags first, then the environment. A flag is `--max-message-bytes 1000` for `MAX_MESSAGE_BYTES`. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): ConfigResult {
  try {
    const flags = readFlags(argv);
    return { ok: true, config: readAll({ ...pickGiven(env), ...flags }) };
  } catch (error) {
    if (error instanceof SettingError) return { ok: false, message: error.message };
    throw error;
  }
}

export function describeSettings(): SettingDescription[] {
  return Object.values(settings).map(({ env, fallback, about }) => ({
    env,
    flag: flagOf(env),
    fallback,
    about,
  }));
}

/** The settings by the names of their environment variables. */
export function printableConfig(config: Config): Record<string, unknown> {
  const names = Object.keys(settings) as (keyof Settings)[];
  return Object.fromEntries(names.map((name) => [settings[name].env, config[name]]));
}

class SettingError extends Error {}

type Given = Record<string, string>;

function setting<Schema extends v.GenericSchema<string, unknown>>(
  env: string,
  fallback: string | number,
  schema: Schema,
  about: string,
) {
  return { env, fallback: String(fallback), schema, about };
}

function readAll(given: Given): Config {
  const entries = Object.entries(settings).map(([name, { env, fallback, schema }]) => {
    const text = given[env] ?? fallback;
    const result = v.safeParse(schema, text);
    if (!result.success) {
      throw new SettingError(`${env} ${result.issues[0].message}, but it is "${text}".`);
    }
    return [name, result.output];
  });
  const config = Object.fromEntries(entries) as Config;
  if ((config.tlsCertFile === '') !== (config.tlsKeyFile === '')) {
    throw new SettingError('TLS_CERT_FILE and TLS_KEY_FILE are set together or not at all.');
  }
  if (config.port !== 0 && config.port === config.callsPort) {
    throw new SettingError('PORT and CALLS_PORT have to be two different ports.');
  }
  return config;
}

function pickGiven(env: NodeJS.ProcessEnv): Given {
  const given: Given = {};
  for (const { env: name } of Object.values(settings)) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  return given;
}

function readFlags(argv: readonly string[]): Given {
  const envByFlag = new Map(Object.values(settings).map(({ env }) => [flagOf(env), env]));
  const options = Object.fromEntries(
    [...envByFlag.keys()].map((flag) => [flag, { type: 'string' as const }]),
  );
  const given: Given = {};
  for (const token of tokensOf(argv, options)) {
    if (token.kind !== 'option') throw new SettingError(`"${token.value}" is no flag. See --help.`);
    const env = envByFlag.get(token.name);
    if (env === undefined) throw new SettingError(`There is no flag ${token.rawName}. See --help.`);
    if (token.value === undefined) throw new SettingError(`${token.rawName} needs a value.`);
    given[env] = token.value;
  }
  return given;
}

type FlagToken =
  { kind: 'option'; name: string; rawName: string; value?: string } | { kind: 'other'; value: string };

function tokensOf(argv: readonly string[], options: Record<string, { type: 'string' }>): FlagToken[] {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  return tokens.map((token): FlagToken => {
    if (token.kind === 'positional') return { kind: 'other', value: token.value };
    if (token.kind === 'option-terminator') return { kind: 'other', value: '--' };
    const { name, rawName, value } = token;
    return value === undefined ? { kind: 'option', name, rawName } : { kind: 'option', name, rawName, value };
  });
}

function flagOf(env: string): string {
  return env.toLowerCase().replaceAll('_', '-');
}
