// The seat's secret: what is kept, for how long, and by whom.
import { describe, expect, it } from 'vitest';
import { createSeatSecrets, randomId } from '../../client/signaling/seat-secrets.js';
import { createFakeStorage } from '../support/fake-page.js';

describe('a seat’s secret', () => {
  it('is 128 random bits', () => {
    const ids = Array.from({ length: 1000 }, randomId);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(1000);
  });

  it('outlives a reload', () => {
    const storage = createFakeStorage();
    const before = createSeatSecrets('reload', storage);
    const next = before.propose();
    before.confirm();
    before.release();
    const after = createSeatSecrets('reload', storage);
    expect([before.seat, after.seat]).toEqual([next, next]);
    after.release();
  });

  it('stays as it is until the next one is confirmed', () => {
    const secrets = createSeatSecrets('unconfirmed', undefined);
    const { seat } = secrets;
    expect(secrets.propose()).not.toBe(secrets.propose());
    expect(secrets.seat).toBe(seat);
    secrets.release();
  });

  it('is each channel’s own when a page opens the same one twice', () => {
    const storage = createFakeStorage();
    const first = createSeatSecrets('twice', storage);
    const second = createSeatSecrets('twice', storage);
    expect(second.seat).not.toBe(first.seat);
    second.forget();
    second.release();
    expect([...storage.kept.values()]).toEqual([first.seat]);
    first.forget();
    first.release();
    expect(storage.kept.size).toBe(0);
  });

  it('does without a storage that throws', () => {
    const broken = (): never => {
      throw new Error('forbidden');
    };
    const secrets = createSeatSecrets('broken', { getItem: broken, setItem: broken, removeItem: broken });
    const next = secrets.propose();
    secrets.confirm();
    secrets.forget();
    expect(secrets.seat).toBe(next);
    secrets.release();
  });
});
