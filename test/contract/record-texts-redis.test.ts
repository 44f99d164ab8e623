// The texts that tests step through behave as those in a real Redis.
import { expect, it, onTestFinished } from 'vitest';
import { createRedisClient } from '../../server/cluster/redis-client.js';
import { recordTextsIn, type ReadTexts, type RecordTexts } from '../../server/kernel/record-scripts.js';
import { createLogBook } from '../support/log-book.js';
import { slotKind } from '../support/record-kinds.js';
import { startRedis } from '../support/redis-server.js';
import { createPlainTexts } from '../support/stepped-texts.js';

it('reading, replacing and listing two records comes to the same', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const client = createRedisClient(redis.url, createLogBook().logger);
  await client.open();
  onTestFinished(() => client.close());
  const plain = createPlainTexts(1_000_000_000, new Map());
  const real = recordTextsIn(client, slotKind.keys);
  const both = async (step: (texts: RecordTexts) => Promise<ReadTexts | undefined>) => {
    const [one, other] = [await step(plain), await step(real)];
    expect(other?.texts).toEqual(one?.texts);
    expect(typeof other?.nowUs).toBe(typeof one?.nowUs);
    expect((await real.range(0, 9)).sort()).toEqual((await plain.range(0, 9)).sort());
    return other;
  };
  const read = async () => {
    await both((texts) => texts.readForList(['a', 'b']));
    return both((texts) => texts.read(['a', 'b'], 1000));
  };
  const change = (key: string, before: string, after: string, keepMs = 60_000) => {
    return { key, before, after, keepMs, isListed: after !== 'a' };
  };
  let now = 0;
  const words = ['', 'a', 'b', '{"x":\n[1]\n2\n%1\n}', '{"x":"\u{1f600} \u2028 é"}'];
  for (const stored of words) {
    for (const expected of words) {
      for (const next of words.slice(1)) {
        const { nowUs, texts: before } = (await read()) ?? { nowUs: 0, texts: [] };
        expect(nowUs).toBeGreaterThan(now);
        now = nowUs;
        const [a = '', b = ''] = before;
        const set = [change('a', a, stored || 'a'), change('b', b, next)];
        await both((texts) => texts.replace(set, 1000));
        // Both, or none.
        await both((texts) =>
          texts.replace([change('a', expected, next), change('b', next, stored || 'b')], 1000),
        );
        await both((texts) => texts.replace([change('b', expected, next)], 1000));
        await read();
      }
    }
  }
  const last = plain.get('a');
  await both((texts) => texts.replace([change('a', last, 'short', 1)], 1000));
  await expect.poll(async () => (await real.read(['a'], 1000)).texts).toEqual(['']);
  plain.expire('a', 'short');
  await both((texts) => texts.replace([change('a', 'short', 'late')], 1000));
  await both((texts) => texts.replace([change('a', '', 'new')], 1000));
  await read();
});
