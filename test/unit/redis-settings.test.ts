// REDIS_URL and NODE_ID: what is taken, and that a password is never shown.
import { expect, it } from 'vitest';
import { printableConfig, readConfig, type ConfigResult } from '../../server/config.js';

const read = (env: NodeJS.ProcessEnv): ConfigResult => readConfig([], env);
const messageOf = (result: ConfigResult): string => (result.ok ? '' : result.message);

it.each([
  'redis://localhost',
  'redis://ann:hush@redis.example.org:6379/2',
  'rediss://[::1]:6380',
  'redis://:hush@10.0.0.1/',
])('%s is taken, and not printed', (url) => {
  const result = read({ REDIS_URL: url, NODE_ID: 'web-1_a' });
  expect(result).toMatchObject({ ok: true, config: { redisUrl: url, nodeId: 'web-1_a' } });
  if (result.ok) {
    expect(printableConfig(result.config)).toMatchObject({ REDIS_URL: '********', NODE_ID: 'web-1_a' });
  }
});

it.each(['localhost:6379', 'http://localhost', 'redis://', 'redis://hush@h/a', 'redis:hush'])(
  '%s is refused, and not repeated',
  (url) => {
    expect(messageOf(read({ REDIS_URL: url }))).toBe(
      'REDIS_URL has to be an address such as redis://redis.example.org:6379.',
    );
  },
);

it.each(['a b', 'a@b', 'a.b', 'x'.repeat(33)])('NODE_ID %s is refused', (name) => {
  expect(messageOf(read({ NODE_ID: name }))).toMatch(
    /^NODE_ID has to be at most 32 letters, digits, - and _/,
  );
});

it('NODE_ID alone is refused: each node would be alone, and nobody would notice', () => {
  expect(messageOf(read({ NODE_ID: 'web-1' }))).toBe('NODE_ID is allowed only together with REDIS_URL.');
});

it('without both, everything is in memory', () => {
  expect(read({})).toMatchObject({ ok: true, config: { redisUrl: '', nodeId: '' } });
});
