// How the turns of the event loop are shared.
import { expect, it } from 'vitest';
import { costOf, costOfJson, Turns, type Waiter } from '../../server/timing/turns.js';

const small = costOf(0);

it('what costs less than a turn is done at once, and what is above that waits', () => {
  const { turns, next } = open();
  let done = 0;
  while (turns.take(small)) done++;
  expect(done).toBeGreaterThan(100);
  expect(turns.take(small)).toBe(false);
  next();
  expect(turns.take(small)).toBe(true);
});

it('a connection that waits with little is not behind the rest of one that waits with much', () => {
  const { turns, next } = open();
  const done: string[] = [];
  turns.wait(work(done, 'much', 10_000, small));
  turns.wait(work(done, 'little', 1, small));
  next();
  expect(done.indexOf('little')).toBeLessThan(50);
  expect(done.length).toBeLessThan(1000);
  for (let times = 0; times < 200; times++) next();
  expect(done).toHaveLength(10_001);
});

it('one that has just come is before all that have had a share', () => {
  const { turns, next } = open();
  const done: string[] = [];
  for (let number = 0; number < 50; number++) turns.wait(work(done, 'much', 10_000, small));
  for (let times = 0; times < 10; times++) next();
  const before = done.length;
  turns.wait(work(done, 'little', 1, small));
  next();
  expect(done.indexOf('little')).toBe(before);
});

it('one that has had much comes after those that wait with it, also when it comes back', () => {
  const { turns, next } = open();
  const done: string[] = [];
  const much = work(done, 'much', 1, costOf(65_536));
  turns.wait(much);
  turns.wait(work(done, 'long', 1000, small));
  while (!done.includes('much')) next();
  Object.assign(much, work(done, 'again', 1, small), { served: much.served });
  turns.wait(much);
  turns.wait(work(done, 'little', 1, small));
  while (!done.includes('again')) next();
  expect(done.indexOf('little')).toBeLessThan(done.indexOf('again'));
});

it('of large and small messages as much is done, not as many', () => {
  const { turns, next } = open();
  const done: string[] = [];
  turns.wait(work(done, 'large', 100, costOf(65_536)));
  turns.wait(work(done, 'small', 1000, small));
  while (!done.includes('large')) next();
  expect(done.indexOf('large')).toBeGreaterThan(50);
});

it('a large message is done in the end, however much it costs, and beside any number of others', () => {
  const { turns, next } = open();
  const done: string[] = [];
  for (let number = 0; number < 50; number++) turns.wait(work(done, 'small', 1_000_000, small));
  turns.wait(work(done, 'large', 1, costOf(1_048_576)));
  for (let times = 0; times < 1000 && !done.includes('large'); times++) next();
  expect(done).toContain('large');
});

it('a long message has a turn for itself, behind what is done and written in the one before', () => {
  const { turns, next, pass } = open();
  const done: string[] = [];
  const long = costOf(200_000);
  for (let number = 0; number < 3; number++) turns.wait(work(done, 'dense', 2, long, () => pass(25)));
  next();
  expect(done).toEqual(['dense']);
  turns.wait(work(done, 'little', 1, small));
  next();
  expect(done).toEqual(['dense', 'little']);
  next();
  expect(done).toEqual(['dense', 'little', 'dense']);
});

it('a long message costs the time that it takes', () => {
  const { turns, next, pass } = open();
  const done: string[] = [];
  turns.wait(work(done, 'dense', 10, costOf(16_384), () => pass(25)));
  turns.wait(work(done, 'text', 10, costOf(200_000), () => pass(4)));
  while (done.filter((name) => name === 'dense').length < 2) next();
  expect(done.filter((name) => name === 'text').length).toBeGreaterThan(4);
});

it('where messages take longer than their length says, turns have fewer of them, and as many as before afterwards', () => {
  const { turns, next, pass } = open();
  const done: string[] = [];
  const inTurn = (): number => {
    const before = done.length;
    next();
    return done.length - before;
  };
  let ms = 0;
  for (let number = 0; number < 60; number++)
    turns.wait(work(done, 'deep', Infinity, costOf(7800), () => pass(ms)));
  const most = inTurn();
  ms = 2;
  for (let times = 0; times < 10; times++) inTurn();
  expect(inTurn()).toBeLessThan(10);
  expect(inTurn()).toBeGreaterThan(1);
  ms = 0;
  for (let times = 0; times < 20; times++) inTurn();
  expect(inTurn()).toBe(most);
});

it('what has many values in it costs more than a text of the same length', () => {
  const average = (json: Buffer | string): number =>
    Array.from({ length: 200 }, () => costOfJson(json)).reduce((sum, cost) => sum + cost) / 200;
  const text = costOfJson(`["${'x'.repeat(7000)}"]`);
  for (const json of ['[],', '{},', '{"a":0},'].map((value) => `[${value.repeat(7000 / value.length)}0]`)) {
    expect(average(json)).toBeGreaterThan(5 * text);
    expect(average(Buffer.from(json))).toBeGreaterThan(5 * text);
  }
  expect(costOfJson('{"type":"candidate","name":"bob","candidate":{"candidate":"…","sdpMid":"0"}}')).toBe(
    small,
  );
});

it('a turn is busy when much has been done in it', () => {
  const { turns, next } = open();
  turns.take(small);
  expect(turns.isBusy).toBe(false);
  while (turns.take(small));
  expect(turns.isBusy).toBe(true);
  next();
  expect(turns.isBusy).toBe(false);
});

it('time in which nothing waits is no time of a turn', () => {
  const { turns, next, pass } = open();
  const done: string[] = [];
  turns.wait(work(done, 'first', 1, small));
  next();
  pass(10_000);
  turns.wait(work(done, 'next', 1000, small));
  next();
  pass(1);
  next();
  expect(done.length).toBe(1001);
});

it('each turn ends', () => {
  const { turns, next, scheduled } = open();
  const done: string[] = [];
  turns.wait(work(done, 'endless', Infinity, small));
  for (let times = 0; times < 10; times++) {
    expect(scheduled()).toBe(1);
    next();
  }
  expect(done.length).toBeLessThan(10_000);
});

it('without work nothing is scheduled', () => {
  const { turns, next, scheduled } = open();
  turns.wait(work([], 'nothing', 0, small));
  next();
  turns.take(small);
  expect(scheduled()).toBe(0);
});

function open() {
  const tasks: (() => void)[] = [];
  let now = 0;
  return {
    turns: new Turns(
      (task) => tasks.push(task),
      () => now,
    ),
    pass: (ms: number) => (now += ms),
    scheduled: () => tasks.length,
    next: () => tasks.shift()?.(),
  };
}

/** @param count pieces that cost as much each */
function work(done: string[], name: string, count: number, cost: number, onDone = (): unknown => 0): Waiter {
  let left = count;
  return {
    served: 0,
    nextCost: () => (left > 0 ? cost : undefined),
    goOn() {
      left--;
      done.push(name);
      onDone();
    },
  };
}
