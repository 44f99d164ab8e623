// What arrives before anybody listens waits, and comes in order.
import { expect, it } from 'vitest';
import { createArrivals, type Arrivals } from '../../client/signaling/arrivals.js';
import { createEmitter, type Emitter } from '../../client/signaling/emitter.js';
import { settle } from '../support/held-clock.js';

interface Events {
  word: (word: string, number: number) => void;
}

function open(): { emitter: Emitter<Events>; arrivals: Arrivals<[string, number]>; heard: unknown[] } {
  const emitter = createEmitter<Events>();
  return { emitter, arrivals: createArrivals(emitter, 'word'), heard: [] };
}

it('what arrives while somebody listens is heard at once', () => {
  const { emitter, arrivals, heard } = open();
  emitter.on('word', (...args) => heard.push(args));
  arrivals.push('one', 1);
  expect(heard).toEqual([['one', 1]]);
  expect(arrivals.count).toBe(0);
});

it('what arrives before waits for the first listener, who hears it when it has its way to end it', async () => {
  const { emitter, arrivals, heard } = open();
  arrivals.push('one', 1);
  arrivals.push('two', 2);
  expect(arrivals.count).toBe(2);
  const stop = emitter.on('word', (word) => {
    heard.push(word);
    stop();
  });
  arrivals.flushSoon();
  expect(heard).toEqual([]);
  await settle();
  expect(heard).toEqual(['one']);
  expect(arrivals.count).toBe(1);
});

it('nothing overtakes what waits', async () => {
  const { emitter, arrivals, heard } = open();
  arrivals.push('one', 1);
  emitter.on('word', (word) => heard.push(word));
  arrivals.flushSoon();
  arrivals.push('two', 2);
  expect(heard).toEqual([]);
  await settle();
  expect(heard).toEqual(['one', 'two']);
});

it('what a listener makes arrive is heard after what it hears now', () => {
  const { emitter, arrivals, heard } = open();
  emitter.on('word', (word, number) => {
    if (number < 3) arrivals.push(`after ${word}`, number + 1);
    heard.push(number);
  });
  arrivals.push('one', 1);
  expect(heard).toHaveLength(3);
  expect(arrivals.count).toBe(0);
});

it('a listener that has left before its turn hears nothing, and the next one everything', async () => {
  const { emitter, arrivals, heard } = open();
  arrivals.push('one', 1);
  emitter.on('word', () => heard.push('left'))();
  arrivals.flushSoon();
  await settle();
  expect(heard).toEqual([]);
  emitter.on('word', (word) => heard.push(word));
  arrivals.flushSoon();
  await settle();
  expect(heard).toEqual(['one']);
});
