// The pauses between attempts to come back, and between requests of a client that waits in line.
import { expect, it } from 'vitest';
import { askAgainMs, createReconnectPolicy } from '../../client/transport/reconnect-policy.js';

const pauses = (random: number, isKept: boolean, attempts: number[]): number[] =>
  attempts.map((attempt) => createReconnectPolicy(() => random).delayMs(attempt, isKept));

it('waits 0, 0.3, 1.2, 2.7, 4.8 s, and then 7 s each time', () => {
  expect(pauses(0, false, [0, 1, 2, 3, 4, 5, 6, 100])).toEqual([0, 300, 1200, 2700, 4800, 7000, 7000, 7000]);
});

it('adds up to a second by chance, but less to a short pause and nothing to the first', () => {
  expect(pauses(0.5, false, [0, 1, 2, 5])).toEqual([0, 450, 1700, 7500]);
});

it('waits 1.5 s at most while somebody else may be waiting for the seat', () => {
  expect(pauses(0, true, [0, 1, 2, 100])).toEqual([0, 300, 1000, 1000]);
  expect(pauses(1, true, [0, 1, 2, 100])).toEqual([0, 600, 1500, 1500]);
});

it('asks again when a seat can be free, but no later than after 1.5 s', () => {
  expect([undefined, 4200, 800, 1].map((freeInMs) => askAgainMs(freeInMs))).toEqual([1500, 1500, 800, 100]);
});
