// The small things that keep what is asked of a store in order and in bounds: turns, a few at once, a budget of time.
import { describe, expect, it } from 'vitest';
import { createBudget } from '../../server/platform/budget.js';
import { someAtOnce } from '../../server/platform/some-at-once.js';
import { createTurns } from '../../server/platform/turns.js';

/** Something that ends when the test says so. */
function held() {
  let reject: (cause: Error) => void = () => {};
  const promise = new Promise<string>((_resolve, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}

describe('turns', () => {
  it('what is asked about the same key waits, however what came before it ended', async () => {
    const inTurn = createTurns<string>();
    const order: string[] = [];
    const first = held();
    const run =
      (name: string, until: Promise<unknown> = Promise.resolve()) =>
      async (): Promise<string> => {
        order.push(name);
        await until;
        return name;
      };
    const one = inTurn('a', run('one', first.promise));
    const two = inTurn('a', run('two'));
    const three = inTurn('b', run('three'));
    expect(await three).toBe('three');
    expect(order).toEqual(['one', 'three']);
    first.reject(new Error('no'));
    await expect(one).rejects.toThrow('no');
    expect(await two).toBe('two');
    expect(order).toEqual(['one', 'three', 'two']);
  });
});

describe('a few at once', () => {
  it('are never more than that, and all are done', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await someAtOnce(
      Array.from({ length: 50 }, (_, index) => index),
      4,
      async (item) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        done.push(item);
      },
    );
    expect([most, done.length]).toEqual([4, 50]);
  });

  it('go on when one fails; the first failure is told at the end', async () => {
    const done: number[] = [];
    const all = someAtOnce([1, 2, 3, 4], 2, (item) => {
      done.push(item);
      return item % 2 === 0 ? Promise.reject(new Error(`${item}`)) : Promise.resolve();
    });
    await expect(all).rejects.toThrow('2');
    expect(done).toEqual([1, 2, 3, 4]);
  });
});

describe('a budget', () => {
  it('gives what is done in time, and gives up what is not, once and for all', async () => {
    const budget = createBudget(50);
    expect(await budget.of(Promise.resolve('done'))).toBe('done');
    expect(budget.leftMs()).toBeLessThanOrEqual(50);
    await expect(budget.of(held().promise)).rejects.toThrow('It was not done within 50 ms.');
    expect(() => budget.leftMs()).toThrow('within 50 ms');
  });
});
