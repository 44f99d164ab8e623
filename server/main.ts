#!/usr/bin/env node
// Entry of the process: flags, environment, signals, exit code. No other file uses the process as a whole.
import { statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { describeSettings, printableConfig, readConfig, type Config } from './config.js';
import type { ParleyAddress } from './create-parley.js';
import { descriptorWarning } from './http/descriptor-limit.js';
import { createLogger, type Logger } from './observability/logger.js';
import { readVersion } from './package-root.js';
import { closeOnSignal } from './shutdown.js';

/** Values of HOST for every address; a browser cannot open them. */
const everyAddress = new Set(['', '0.0.0.0', '::']);

/** The releases of Node.js without fixes that parley runs on, and since when (github.com/nodejs/Release). */
const unsupportedSince: Record<string, string> = { 20: 'April 2026', 21: 'June 2024', 23: 'June 2025' };

const argv = process.argv.slice(2);

if (argv.includes('--help')) {
  console.log(helpText());
} else if (argv.includes('--version')) {
  console.log(readVersion());
} else {
  if (statSync('.env', { throwIfNoEntry: false })?.isFile()) process.loadEnvFile('.env');
  const result = readConfig(
    argv.filter((flag) => flag !== '--print-config'),
    process.env,
  );
  if (!result.ok) fail(result.message);
  else if (argv.includes('--print-config'))
    console.log(JSON.stringify(printableConfig(result.config), null, 2));
  else await run(result.config);
}

async function run(config: Config): Promise<void> {
  const logger = createLogger(config);
  // Loaded here, so that --help and a wrong setting are answered without loading the server.
  const { createParley } = await import('./create-parley.js');
  try {
    const parley = createParley({ ...config, logger });
    closeOnSignal(parley.close, config.drainMs, logger);
    greet(await parley.listen(), config, logger);
    warnOfOldNode(logger);
    const warning = descriptorWarning(config.maxConnections);
    if (warning !== undefined) logger.warn(warning);
  } catch (error) {
    fail(startFailure(error, config));
  }
}

function greet({ port, callsPort, isTls }: ParleyAddress, { host, basePath }: Config, logger: Logger): void {
  const secure = isTls ? 's' : '';
  for (const name of everyAddress.has(host) ? ['localhost', ...lanAddresses()] : [host]) {
    const hostname = name.includes(':') ? `[${name}]` : name;
    logger.info('Open http%s://%s:%d%s/', secure, hostname, port, basePath);
    if (callsPort !== undefined) logger.info('Calls at ws%s://%s:%d', secure, hostname, callsPort);
  }
}

function warnOfOldNode(logger: Logger): void {
  const { node } = process.versions;
  const since = unsupportedSince[node.split('.', 1)[0] ?? ''];
  if (since === undefined) return;
  logger.warn(
    'This is Node.js %s, which has had no security fixes since %s. Run parley on Node.js 24.',
    node,
    since,
  );
}

function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

function startFailure(error: unknown, { port, callsPort, host }: Config): string {
  const { code, message, port: failed = port } = error as NodeJS.ErrnoException & { port?: number };
  const isCalls = failed === callsPort && failed !== port;
  const [setting, example] = isCalls ? ['CALLS_PORT', 9090] : ['PORT', 8181];
  if (code === 'EADDRINUSE')
    return `Port ${failed} is taken. Stop what uses it, or set ${setting} to another.`;
  if (code === 'EACCES') {
    return `Port ${failed} may not be opened by this user. Set ${setting} to another, such as ${example}.`;
  }
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EINVAL') {
    return `HOST is ${host}, which is no address of this machine. Leave it empty to listen on every one.`;
  }
  return message;
}

function fail(message: string): void {
  console.error(`parley: ${message}`);
  process.exitCode = 1;
}

function helpText(): string {
  const rows = describeSettings().map(({ env, flag, fallback, about }) => {
    const name = `  --${flag}, ${env}`.padEnd(42);
    return `${name} ${about}${fallback === '' ? '' : ` [${fallback}]`}`;
  });
  return [
    'parley: the signaling server for two',
    '',
    'Usage: parley [--flag value …]',
    '',
    ...rows,
    '',
    '  --print-config                           show the effective settings and exit',
    '  --version                                show the version and exit',
    '  --help                                   show this and exit',
  ].join('\n');
}
