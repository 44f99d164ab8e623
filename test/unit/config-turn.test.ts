// The settings for STUN and TURN: what is allowed, secrets from files, and that no secret is ever shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completeConfig, printableConfig, readConfig } from '../../server/config.js';

const turn = { TURN_URLS: 'turn:turn.example.org' };
const fixed = { TURN_USERNAME: 'ann', TURN_CREDENTIAL: 'hush' };

function read(env: NodeJS.ProcessEnv, argv: string[] = []) {
  const result = readConfig(argv, env);
  if (!result.ok) throw new Error(result.message);
  return result.config;
}

function complaint(env: NodeJS.ProcessEnv, argv: string[] = []): string {
  const result = readConfig(argv, env);
  return result.ok ? 'no complaint' : result.message;
}

/** A file with this in it, for the time of the test. */
function keep(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'secret');
  writeFileSync(path, content);
  return path;
}

describe('STUN_URLS and TURN_URLS', () => {
  it('are lists, empty by default', () => {
    const stunUrls = ['stun:a.example', 'stuns:b.example:5349', 'stun:192.0.2.1', 'stun:[2001:db8::1]:3478'];
    const turnUrls = ['turn:a.example', 'turn:a.example:80?transport=tcp', 'turns:a.example?transport=udp'];
    const config = read({ STUN_URLS: stunUrls.join(', '), TURN_URLS: turnUrls.join(), TURN_SECRET: 's' });
    expect([config.stunUrls, config.turnUrls, config.turnTtl]).toEqual([stunUrls, turnUrls, 3600]);
    expect(read({})).toMatchObject({ stunUrls: [], turnUrls: [], turnSecret: '' });
    expect(completeConfig(config)).toEqual(config);
  });

  it.each([
    'stun.example.org',
    'stun://stun.example.org',
    'turn:turn.example.org',
    'STUN:stun.example.org',
    'stun:',
    'stun:a b',
    'stun:a.example:0',
    'stun:a.example:65536',
    'stun:a.example:port',
    'stun:a.example?transport=udp',
    'stun:2001:db8::1',
    'stun:[2001:db8:::1]',
    'stun:a.example/path',
    'stun:ok.example,http://a.example',
  ])('STUN_URLS=%s: says what is allowed', (text) => {
    expect(complaint({ STUN_URLS: text })).toBe(
      `STUN_URLS has to be addresses such as stun:stun.example.org:3478, with commas between them, but it is "${text}".`,
    );
  });

  it.each(['stun:a.example', 'turn:a.example?transport=sctp', 'turn:a.example?x=y', 'turn:a..example:x'])(
    'TURN_URLS=%s: says what is allowed',
    (text) => {
      expect(complaint({ TURN_URLS: text, TURN_SECRET: 's' })).toBe(
        `TURN_URLS has to be addresses such as turn:turn.example.org:3478, with commas between them, but it is "${text}".`,
      );
    },
  );

  it.each(['0', '604801', '1.5', '-1'])('TURN_TTL=%s: says what is allowed', (text) => {
    expect(complaint({ TURN_TTL: text })).toMatch(/^TURN_TTL .* 1 to 604800, /);
  });
});

describe('ways to TURN', () => {
  const need = 'TURN_URLS need TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL.';
  const both = 'TURN_URLS go with TURN_SECRET, or with TURN_USERNAME and TURN_CREDENTIAL, but not with both.';
  const only = 'TURN_SECRET, TURN_USERNAME and TURN_CREDENTIAL are allowed only together with TURN_URLS.';

  it.each([
    [{ ...turn, TURN_SECRET: 'hush' }, 'no complaint'],
    [{ ...turn, ...fixed }, 'no complaint'],
    [turn, need],
    [{ ...turn, TURN_USERNAME: 'ann' }, need],
    [{ ...turn, TURN_CREDENTIAL: 'hush' }, need],
    [{ ...turn, ...fixed, TURN_SECRET: 'hush' }, both],
    [{ ...turn, TURN_USERNAME: 'ann', TURN_SECRET: 'hush' }, both],
    [{ TURN_SECRET: 'hush' }, only],
    [{ TURN_USERNAME: 'ann' }, only],
    [{ TURN_CREDENTIAL: 'hush', STUN_URLS: 'stun:a.example' }, only],
  ])('%j', (env, sentence) => {
    expect(complaint(env)).toBe(sentence);
  });

  it('given in code are held to the same rules', () => {
    expect(() => completeConfig({ turnUrls: ['turn:a.example'] })).toThrow(need);
    expect(completeConfig({ turnUrls: ['turn:a.example'], turnSecret: 'a, b' }).turnSecret).toBe('a, b');
  });
});

describe('secrets', () => {
  it.each([
    ['hush', 'hush'],
    ['hush\n', 'hush'],
    ['hush\r\n', 'hush'],
    [' hush \n\n', ' hush \n'],
  ])('may be the content of a file: %j', (content, secret) => {
    const path = keep(content);
    expect(read({ ...turn, TURN_SECRET_FILE: path }).turnSecret).toBe(secret);
    expect(read(turn, ['--turn-secret-file', path]).turnSecret).toBe(secret);
    const { turnCredential } = read({ ...turn, TURN_USERNAME: 'ann', TURN_CREDENTIAL_FILE: path });
    expect(turnCredential).toBe(secret);
  });

  it('given twice are an error', () => {
    const path = keep('hush');
    const sentence = 'TURN_SECRET and TURN_SECRET_FILE are not set together.';
    expect(complaint({ ...turn, TURN_SECRET: 'hush', TURN_SECRET_FILE: path })).toBe(sentence);
    expect(complaint({ ...turn, TURN_SECRET_FILE: path }, ['--turn-secret', 'hush'])).toBe(sentence);
  });

  it('in a file that is not there, is empty, or is a folder, are an error', () => {
    const sentence = 'TURN_SECRET_FILE has to be a file that can be read, with the secret in it.';
    // The last one is the secret itself, in the wrong variable.
    for (const path of ['no/such', keep('\n'), tmpdir(), 'hush']) {
      expect(complaint({ ...turn, TURN_SECRET_FILE: path })).toBe(sentence);
    }
  });

  it('are masked where the settings are printed', () => {
    const timed = printableConfig(read({ ...turn, TURN_SECRET: 'hush' }));
    expect(timed).toMatchObject({ TURN_SECRET: '********', TURN_CREDENTIAL: '', TURN_USERNAME: '' });
    const printed = printableConfig(read({ ...turn, ...fixed }));
    expect(printed).toMatchObject({ TURN_SECRET: '', TURN_CREDENTIAL: '********', TURN_USERNAME: 'ann' });
    expect(Object.keys(printed)).not.toContain('TURN_SECRET_FILE');
  });

  it.each([
    [{ TURN_URLS: 'turn:ann:hush@turn.example.org', TURN_SECRET: 'hush' }, []],
    [{ ...turn, TURN_SECRET: 'hush', TURN_TTL: 'x' }, []],
    [{ ...turn, ...fixed, TURN_SECRET: 'hush' }, []],
    [{ TURN_SECRET: 'hush' }, []],
    [turn, ['--turn-secret', 'two', 'hush']],
    [turn, ['--turn-secert=hush']],
    [turn, ['--turn-secert', 'hush']],
    [{ ...turn, TURN_SECRET: 'hush' }, ['--turn-secret']],
  ])('are in no complaint: %j %j', (env, argv) => {
    const sentence = complaint(env, argv);
    expect(sentence).toMatch(/^.+\.$/);
    expect([sentence, sentence.includes('no complaint'), sentence.includes('hush')]).toEqual([
      sentence,
      false,
      false,
    ]);
  });
});
