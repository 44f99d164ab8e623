// The watch over seats sees what it is there to see: three in a room, and a room that stays full.
import { beforeEach, expect, it, vi } from 'vitest';
import { createSeatWatch, mostTogether, type SeatWatch } from './seat-watch.js';

let watch: SeatWatch;
let nowMs = 0;

beforeEach(() => {
  nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs++);
  watch = createSeatWatch();
  return () => vi.restoreAllMocks();
});

const enter = (who: string, node: string) => {
  const sitting = watch.asks('room-42', who, node);
  sitting.sits();
  return sitting;
};

it('counts three who sit in a room at the same instant', () => {
  for (const who of ['ann', 'bob', 'cy']) enter(who, 'one');
  expect(watch.mostAtOnce()).toBe(3);
});

it('counts two when the third comes after the end of the first', () => {
  const ann = enter('ann', 'one');
  enter('bob', 'two');
  ann.ends();
  enter('cy', 'one');
  expect(watch.mostAtOnce()).toBe(2);
});

it('counts nobody on a node that is stopped, until something sent later goes to or comes from another node', () => {
  const ann = enter('ann', 'one');
  const sentBeforeMs = performance.now();
  const bob = enter('bob', 'two');
  watch.stops('one');
  bob.hears(ann.sign, performance.now());
  enter('cy', 'three');
  watch.goesOn('one');
  bob.hears(ann.sign, sentBeforeMs);
  ann.hears(bob.sign, sentBeforeMs);
  expect(watch.mostAtOnce()).toBe(2);
  bob.hears(ann.sign, performance.now());
  expect(watch.mostAtOnce()).toBe(3);
});

it('takes what somebody said on a node that was stopped for nothing that it says where it sits now', () => {
  const ann = enter('ann', 'one');
  const old = enter('bob', 'one');
  watch.stops('one');
  const sentMs = performance.now();
  old.ends();
  enter('bob', 'two');
  enter('cy', 'two');
  watch.goesOn('one');
  ann.hears(old.sign, sentMs);
  expect(watch.mostAtOnce()).toBe(2);
});

it('leaves out two who talk on a node that has been stopped, until it is known to grant again', () => {
  const ann = enter('ann', 'one');
  const bob = enter('bob', 'one');
  watch.stops('one');
  watch.goesOn('one');
  ann.hears(bob.sign, performance.now());
  enter('cy', 'two');
  enter('dan', 'two');
  bob.hears(ann.sign, performance.now());
  expect(watch.mostAtOnce()).toBe(2);
  bob.isServed();
  expect(watch.mostAtOnce()).toBe(3);
});

it('measures how long somebody is told "full" after at most one was left', () => {
  const ann = enter('ann', 'one');
  enter('bob', 'two');
  watch.asks('room-42', 'cy', 'two').isTurnedAway();
  expect(watch.longestStuckMs()).toBe(0);
  ann.ends();
  nowMs += 5000;
  watch.asks('room-42', 'cy', 'two').isTurnedAway();
  expect(watch.longestStuckMs()).toBeGreaterThan(5000);
  expect(watch.longestStuckMs()).toBeLessThan(5100);
});

it('takes a room that nobody has ever been in for stuck for ever', () => {
  watch.asks('room-42', 'cy', 'two').isTurnedAway();
  expect(watch.longestStuckMs()).toBe(Infinity);
});

it('counts a person once, and an instant that has no length not at all', () => {
  const from = (who: string, fromMs: number, toMs: number) => ({ who, fromMs, toMs });
  expect(mostTogether([from('ann', 1, 5), from('ann', 2, 6), from('bob', 3, 3), from('cy', 6, 7)])).toBe(1);
});
