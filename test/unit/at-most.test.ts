// A few at the same time, and never more.
import { expect, it } from 'vitest';
import { createAtMost } from '../../server/platform/at-most.js';

it('runs as many as it may, and each of the others as soon as one is over, also after a failure', async () => {
  const atMost = createAtMost(2);
  const begun: number[] = [];
  const finish: ((failure?: Error) => void)[] = [];
  const results = Array.from({ length: 5 }, (_, number) =>
    atMost(
      () =>
        new Promise<number>((resolve, reject) => {
          begun.push(number);
          finish[number] = (failure) => (failure ? reject(failure) : resolve(number));
        }),
    ),
  );
  const settled = Promise.allSettled(results);
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1]);
  finish[1]?.(new Error('no'));
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2]);
  finish[0]?.();
  finish[2]?.();
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  finish[3]?.();
  finish[4]?.();
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    ...Array<string>(3).fill('fulfilled'),
  ]);
});
