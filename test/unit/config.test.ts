// The settings: defaults, environment, flags, and what is said about a bad value.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completeConfig, describeSettings, printableConfig, readConfig } from '../../server/config.js';

function read(argv: string[], env: NodeJS.ProcessEnv = {}) {
  const result = readConfig(argv, env);
  if (!result.ok) throw new Error(result.message);
  return result.config;
}

function complaint(argv: string[], env: NodeJS.ProcessEnv = {}): string {
  const result = readConfig(argv, env);
  return result.ok ? 'no complaint' : result.message;
}

describe('settings', () => {
  it('start from their defaults', () => {
    expect(read([])).toMatchObject({
      port: 8181,
      host: '',
      basePath: '',
      allowedOrigins: [],
      trustProxy: false,
    });
    expect(read([])).toEqual(completeConfig({}));
  });

  it('come from the environment', () => {
    const env = {
      PORT: '0',
      ALLOWED_ORIGINS: 'https://a.example, null',
      TRUST_PROXY: 'true',
      LOG_LEVEL: 'debug',
    };
    expect(read([], env)).toMatchObject({
      port: 0,
      allowedOrigins: ['https://a.example', 'null'],
      trustProxy: true,
      logLevel: 'debug',
    });
  });

  it('come from flags first', () => {
    expect(read(['--port', '9000', '--max-message-bytes=0'], { PORT: '1' })).toMatchObject({
      port: 9000,
      maxMessageBytes: 0,
    });
  });

  it('treat an empty variable as absent', () => {
    expect(read([], { PORT: '' }).port).toBe(8181);
  });

  it('list host names, in lower case and in ASCII, or all', () => {
    const listed = 'Talk.Example.org, bücher.example,*';
    expect(read([], { ALLOWED_HOSTS: listed }).allowedHosts).toEqual([
      'talk.example.org',
      'xn--bcher-kva.example',
      '*',
    ]);
  });

  it('list origins of pages, of extensions, of files, and all', () => {
    const listed = 'https://a.example,chrome-extension://abcdef,null,*';
    expect(read([], { ALLOWED_ORIGINS: listed }).allowedOrigins).toEqual(listed.split(','));
  });

  it('lose the slash at the end of BASE_PATH', () => {
    expect(read([], { BASE_PATH: '/parley/' }).basePath).toBe('/parley');
  });

  it.each([
    [['--port', 'x'], {}, 'PORT has to be a whole number from 0 to 65535, but it is "x".'],
    [[], { PORT: '65536' }, 'PORT has to be a whole number from 0 to 65535, but it is "65536".'],
    [[], { LOG_FORMAT: 'xml' }, 'LOG_FORMAT has to be one of auto, json, pretty, but it is "xml".'],
    [[], { TRUST_PROXY: 'maybe' }, 'TRUST_PROXY has to be one of true, false, 1, 0, but it is "maybe".'],
    [[], { BASE_PATH: 'parley' }, 'BASE_PATH has to be a path such as /parley, but it is "parley".'],
    [
      [],
      { ALLOWED_ORIGINS: 'example.org' },
      'ALLOWED_ORIGINS has to be origins such as https://example.org, with commas between them, or *, or null, but it is "example.org".',
    ],
    [
      [],
      { ALLOWED_HOSTS: 'example.org:8181' },
      'ALLOWED_HOSTS has to be host names such as talk.example.org, without a port, with commas between them, or *, but it is "example.org:8181".',
    ],
    [[], { BASE_PATH: '/..' }, 'BASE_PATH has to be a path such as /parley, but it is "/..".'],
    [
      [],
      { HEARTBEAT_MS: '1' },
      'HEARTBEAT_MS has to be 0, or a whole number from 100 to 86400000, but it is "1".',
    ],
    [[], { PORT: '9090' }, 'PORT and CALLS_PORT have to be two different ports.'],
    [['--prot', '1'], {}, 'There is no flag --prot. See --help.'],
    [['--port'], {}, '--port needs a value.'],
    [
      ['--tls-cert-file', 'no.pem', '--tls-key-file', 'no.key'],
      {},
      'TLS_CERT_FILE has to be a PEM file with a certificate in it, but it is "no.pem".',
    ],
    [['--public-dir', 'no/such'], {}, 'PUBLIC_DIR has to be a folder that is there, but it is "no/such".'],
    [['8181'], {}, '"8181" is no flag. See --help.'],
  ])('%j %j: says what is allowed', (argv, env, sentence) => {
    expect(complaint(argv, env)).toBe(sentence);
  });

  it('of TLS are set together or not at all', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, 'cert.pem');
    writeFileSync(file, '-----BEGIN CERTIFICATE-----');
    expect(complaint(['--tls-cert-file', file])).toBe(
      'TLS_CERT_FILE and TLS_KEY_FILE are set together or not at all.',
    );
  });

  it('given in code are held to the same rules', () => {
    expect(
      completeConfig({ allowedOrigins: ['https://a.example'], port: 0, trustProxy: true }),
    ).toMatchObject({
      allowedOrigins: ['https://a.example'],
      port: 0,
      trustProxy: true,
    });
    expect(() => completeConfig({ port: -1 })).toThrow('PORT has to be a whole number from 0 to 65535');
    const misspelt = { port: 0, prot: 1 };
    expect(() => completeConfig(misspelt)).toThrow('There is no setting prot.');
  });

  it('are printed by the names of their variables', () => {
    const printed = printableConfig(read([]));
    expect(Object.keys(printed)).toEqual(describeSettings().map(({ env }) => env));
    expect(printed['PORT']).toBe(8181);
  });
});
