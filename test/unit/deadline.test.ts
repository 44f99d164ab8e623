// How long something may take, also where this process itself stands still meanwhile.
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { createBudget, within } from '../../server/timing/deadline.js';
import { connectTwo } from '../support/two-sockets.js';

it('what takes too long is an error, and what fails in time fails', async () => {
  await expect(within(20, new Promise(() => {}), 'too late')).rejects.toThrow('too late');
  await expect(within(20, Promise.reject(new Error('broken')), 'too late')).rejects.toThrow('broken');
});

it('an answer that arrived while this process stood still is taken', async () => {
  const [near, far] = await connectTwo();
  const answer = once(near, 'data').then(String);
  const taken = within(20, answer, 'too late');
  far.write('here');
  standStill(100);
  expect(await taken).toBe('here');
});

it('a step is not begun when no time is left: nobody would be there for its failure', async () => {
  let begun = 0;
  const step = () => {
    begun += 1;
    return Promise.reject(new Error('broken'));
  };
  await expect(createBudget(0).of(step)).rejects.toThrow('It was not done within 0 ms.');
  expect(begun).toBe(0);
});

function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
