// The resume token of the library: what is kept, for how long, and by which channel.
import { describe, expect, it } from 'vitest';
import { createResumeTokens, randomId } from '../../client/transport/resume-tokens.js';
import { createFakeStorage } from '../support/fake-page.js';

describe('a resume token', () => {
  it('is 128 random bits', () => {
    const ids = Array.from({ length: 1000 }, randomId);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(1000);
  });

  it('outlives a reload', () => {
    const storage = createFakeStorage();
    const before = createResumeTokens('reload', storage);
    const next = before.propose();
    before.confirm();
    before.release();
    const after = createResumeTokens('reload', storage);
    expect([before.current, after.current]).toEqual([next, next]);
    after.release();
  });

  it('stays as it is until the next one is confirmed', () => {
    const tokens = createResumeTokens('unconfirmed', undefined);
    const { current } = tokens;
    expect(tokens.propose()).not.toBe(tokens.propose());
    expect(tokens.current).toBe(current);
    tokens.release();
  });

  it('is each channel’s own when a page opens the same one twice', () => {
    const storage = createFakeStorage();
    const first = createResumeTokens('twice', storage);
    const second = createResumeTokens('twice', storage);
    expect(second.current).not.toBe(first.current);
    second.forget();
    second.release();
    expect([...storage.kept.values()]).toEqual([first.current]);
    first.forget();
    first.release();
    expect(storage.kept.size).toBe(0);
  });

  it('does without a storage that throws', () => {
    const broken = (): never => {
      throw new Error('forbidden');
    };
    const tokens = createResumeTokens('broken', { getItem: broken, setItem: broken, removeItem: broken });
    const next = tokens.propose();
    tokens.confirm();
    tokens.forget();
    expect(tokens.current).toBe(next);
    tokens.release();
  });
});
