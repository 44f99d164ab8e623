// What a connection may send in a second, and what becomes of one that sends more. [R34] [U29]
import { expect, it } from 'vitest';
import type { Waiter } from '../../server/timing/turns.js';
import { Throttle } from '../../server/transport/throttle.js';
import type { Rate } from '../../server/transport/token-buckets.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';

it('[R34] 4 s worth of messages passes at once, the next one waits, and nothing is read meanwhile', () => {
  const { send, done, clock } = open({ events: 10, bytes: 0 });
  send(40);
  expect(done).toEqual(range(0, 40));
  send(3);
  expect(done).toEqual([...range(0, 40), 'pause']);
  clock.advanceNow(100);
  expect(done).toEqual([...range(0, 40), 'pause', 40]);
  clock.advanceNow(200);
  expect(done).toEqual([...range(0, 40), 'pause', 40, 41, 42, 'resume']);
});

it('[R34] nothing is lost or refused of what ends within a second', () => {
  const { send, done, clock } = open({ events: 100, bytes: 0 });
  send(480);
  clock.advanceNow(5000);
  expect(done.filter((what) => typeof what === 'number')).toEqual(range(0, 480));
  expect(done.filter((what) => typeof what !== 'number')).toEqual(['pause', 'resume']);
});

it('[R34] a share that is not used is not saved up beyond 4 s', () => {
  const { send, done, clock } = open({ events: 10, bytes: 0 });
  send(40);
  clock.advanceNow(3_600_000);
  send(41);
  expect(done).toEqual([...range(0, 80), 'pause']);
});

it('[R34] one message may be larger than the bytes that are left; the next waits until they are made up for', () => {
  const { send, done, clock } = open({ events: 0, bytes: 1000 });
  send(1, 4200);
  send(1, 1);
  expect(done).toEqual([0, 'pause']);
  clock.advanceNow(200);
  expect(done).toEqual([0, 'pause']);
  clock.advanceNow(50);
  expect(done).toEqual([0, 'pause', 1, 'resume']);
});

it('[R34] one that goes on is told after 1 s, once, and cut after 1.5 s; what waits then is dropped', () => {
  const { send, done, clock } = open({ events: 100, bytes: 0 });
  send(1000);
  clock.advanceNow(999);
  expect(done).not.toContain('refuse');
  clock.advanceNow(251);
  expect(done.filter((what) => what === 'refuse')).toHaveLength(1);
  clock.advanceNow(249);
  expect(done).not.toContain('cut');
  clock.advanceNow(251);
  expect(done.filter((what) => typeof what !== 'number')).toEqual(['pause', 'refuse', 'cut']);
  const handled = done.length;
  clock.advanceNow(60_000);
  expect(done).toHaveLength(handled);
});

it('[R34] one that is paused again and again goes on, too', () => {
  const { send, done, clock } = open({ events: 100, bytes: 0 });
  send(400);
  for (let times = 0; times < 40 && !done.includes('cut'); times++) {
    send(30);
    clock.advanceNow(100);
  }
  expect(done).toContain('refuse');
  expect(done.at(-1)).toBe('cut');
});

it('[R34] one that was calm in between begins anew', () => {
  const { send, done, clock } = open({ events: 100, bytes: 0 });
  send(400);
  for (let times = 0; times < 10; times++) {
    send(90);
    clock.advanceNow(2000);
  }
  expect(done).not.toContain('refuse');
  expect(done.filter((what) => typeof what === 'number')).toEqual(range(0, 1300));
});

it('[R34] what was read before the end of the connection is handled, in order, and nothing twice', () => {
  const { send, done, clock, throttle } = open({ events: 10, bytes: 0 });
  send(45);
  throttle.end();
  expect(done).toEqual([...range(0, 40), 'pause', ...range(40, 45), 'ended']);
  clock.advanceNow(60_000);
  expect(done).toHaveLength(47);
});

it('[R34] a message that ends the connection is the last one that is handled', () => {
  const { send, done, clock, throttle } = open({ events: 10, bytes: 0 });
  send(45);
  done.length = 0;
  done.push = (what) => {
    Array.prototype.push.call(done, what);
    if (what === 40) throttle.end();
    return done.length;
  };
  clock.advanceNow(250);
  expect([...done]).toEqual([...range(40, 45), 'ended']);
});

/** Whatever is to be done is done at once. */
const endlessTurn = {
  isBusy: false,
  take: () => true,
  spend: () => undefined,
  wait(waiter: Waiter) {
    while (waiter.nextCost() !== undefined) waiter.goOn();
  },
};

function open(rate: Rate) {
  const clock = createHeldClock();
  const done: (number | string)[] = [];
  let sent = 0;
  const throttle = new Throttle<number>(
    rate,
    {
      pause: () => done.push('pause'),
      resume: () => done.push('resume'),
      handle: (message) => done.push(message),
      refuse: () => done.push('refuse'),
      cut: () => done.push('cut'),
      partBytes: 0,
      parse: () => false,
      ended: () => done.push('ended'),
    },
    schedulerOn(clock),
    clock.now,
    endlessTurn,
  );
  return {
    clock,
    done,
    throttle,
    send(count: number, bytes = 10) {
      for (let number = 0; number < count; number++) throttle.receive(sent++, bytes);
    },
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
