// Reads flags, environment and files with secrets, and returns the effective settings. Their definitions are in
// settings.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { findConflict } from './config-conflicts.js';
import { flagOf, settings, type Config, type SettingName } from './settings.js';

export type { Config };

export type ConfigResult = { ok: true; config: Config } | { ok: false; message: string };

/** One setting as a person reads it: in `--help` and in the README. */
export interface SettingDescription {
  env: string;
  flag: string;
  /** The default as text; empty: none. */
  fallback: string;
  about: string;
}

/**
 * Completes settings given in code with the defaults.
 * @throws {Error} with a sentence that says what is allowed, if a value is not allowed
 */
export function completeConfig(given: Partial<Config>): Config {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined) throw new SettingError(`There is no setting ${unknown}.`);
  const texts = settingNames.flatMap((name) => {
    const value = given[name];
    return value === undefined
      ? []
      : [[settings[name].env, Array.isArray(value) ? value.join() : String(value)]];
  });
  return readAll(Object.fromEntries(texts) as Given);
}

/**
 * Flags come before the environment. The flag of `MAX_MESSAGE_BYTES` is `--max-message-bytes 1000`. No error message
 * shows a secret.
 */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): ConfigResult {
  try {
    const flags = readFlags(argv);
    return { ok: true, config: readAll(withSecretsOfFiles({ ...pickGiven(env), ...flags })) };
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

/** The settings by environment variable, with secrets masked. */
export function printableConfig(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    settingNames.map((name) => {
      const { env, isSecret } = settings[name];
      return [env, isSecret && config[name] !== '' ? '********' : config[name]];
    }),
  );
}

class SettingError extends Error {}

/** Values as text, by environment variable. */
type Given = Record<string, string>;

const settingNames = Object.keys(settings) as SettingName[];

const secrets = Object.values(settings).filter(({ isSecret }) => isSecret);

/** All accepted variables: the settings, and `NAME_FILE` for each secret. */
const givenNames = [
  ...Object.values(settings).map(({ env }) => env),
  ...secrets.map(({ env }) => `${env}_FILE`),
];

function readAll(given: Given): Config {
  const entries = Object.entries(settings).map(([name, { env, fallback, schema, isSecret }]) => {
    const text = given[env] ?? fallback;
    const result = v.safeParse(schema, text);
    if (!result.success) {
      // The part of an address before an @ may be a password.
      const quote = isSecret || text.includes('@') ? '' : `, but it is "${text}"`;
      throw new SettingError(`${env} ${result.issues[0].message}${quote}.`);
    }
    return [name, result.output];
  });
  const config = Object.fromEntries(entries) as Config;
  const conflict = findConflict(config);
  if (conflict !== undefined) throw new SettingError(conflict);
  return config;
}

/** Replaces each `NAME_FILE` by the content of that file, as the value of `NAME`. */
function withSecretsOfFiles(given: Given): Given {
  const read = { ...given };
  for (const { env } of secrets) {
    const path = given[`${env}_FILE`];
    if (path === undefined) continue;
    if (given[env] !== undefined) throw new SettingError(`${env} and ${env}_FILE are not set together.`);
    const secret = readSecretFile(path);
    if (secret === undefined) {
      throw new SettingError(`${env}_FILE has to be a file that can be read, with the secret in it.`);
    }
    read[env] = secret;
  }
  return read;
}

function pickGiven(env: NodeJS.ProcessEnv): Given {
  const given: Given = {};
  for (const name of givenNames) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  return given;
}

function readFlags(argv: readonly string[]): Given {
  const envByFlag = new Map(givenNames.map((env) => [flagOf(env), env]));
  const options = Object.fromEntries(
    [...envByFlag.keys()].map((flag) => [flag, { type: 'string' as const }]),
  );
  const given: Given = {};
  for (const token of tokensOf(argv, options)) {
    if (token.kind !== 'option') {
      // It may be the second word of a secret, so it is not shown.
      const what = secrets.some(({ env }) => env in given) ? 'Something' : `"${token.value}"`;
      throw new SettingError(`${what} is no flag. See --help.`);
    }
    const env = envByFlag.get(token.name);
    if (env === undefined) throw new SettingError(`There is no flag ${token.rawName}. See --help.`);
    if (token.value === undefined) throw new SettingError(`${token.rawName} needs a value.`);
    given[env] = token.value;
  }
  return given;
}

type FlagToken =
  | { kind: 'option'; name: string; rawName: string; value?: string }
  | { kind: 'other'; value: string };

function tokensOf(argv: readonly string[], options: Record<string, { type: 'string' }>): FlagToken[] {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  return tokens.map((token): FlagToken => {
    if (token.kind === 'positional') return { kind: 'other', value: token.value };
    if (token.kind === 'option-terminator') return { kind: 'other', value: '--' };
    const { name, rawName, value } = token;
    return value === undefined ? { kind: 'option', name, rawName } : { kind: 'option', name, rawName, value };
  });
}

/** Without the newline that editors add. @returns undefined if the file cannot be read or is empty */
function readSecretFile(path: string): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return secret === '' ? undefined : secret;
  } catch {
    return undefined;
  }
}
