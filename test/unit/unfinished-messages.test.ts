// Which connections are closed when too many bytes of messages wait for the rest of them.
import { expect, it } from 'vitest';
import { UnfinishedMessages, type Holder } from '../../server/transport/unfinished-messages.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';

it('[R8] [U15] a message has 10 s, however often a part of it comes; then nothing is left of it', () => {
  const { keep, closed, clock, messages } = open(1000);
  keep('slow', 1);
  clock.advanceNow(5000);
  keep('slow', 2);
  clock.advanceNow(4999);
  expect(closed).toEqual([]);
  clock.advanceNow(1);
  expect([closed, messages.count, clock.timers]).toEqual([['slow'], 0, 0]);
});

it('[R8] [U15] one that becomes complete has no end in time any more, and the next one begins anew', () => {
  const { keep, forget, closed, clock } = open(1000);
  keep('ann', 1);
  clock.advanceNow(9000);
  forget('ann');
  expect(clock.timers).toBe(0);
  keep('ann', 1);
  clock.advanceNow(9999);
  expect(closed).toEqual([]);
});

it('[R8] [U15] above the bound of all, the connection that adds to it is closed', () => {
  const { keep, closed, clock, messages } = open(1000);
  for (let number = 0; number < 10; number++) keep(`attacker ${number}`, 100);
  keep('attacker 3', 101);
  expect(closed).toEqual(['attacker 3']);
  keep('attacker 10', 100);
  expect([closed.length, messages.count, clock.timers]).toEqual([1, 10, 10]);
});

it('[R8] [U15] but not one that keeps less than the others: the oldest large one is', () => {
  const { keep, closed } = open(1000);
  keep('honest', 10);
  for (let number = 0; number < 4; number++) keep(`attacker ${number}`, 245);
  keep('honest', 20);
  expect(closed).toEqual([]);
  keep('honest', 30);
  expect(closed).toEqual(['attacker 0']);
});

it('[R8] [U15] what is complete or closed counts no longer', () => {
  const { keep, forget, closed } = open(1000);
  for (let times = 0; times < 100; times++) {
    keep('ann', 900);
    forget('ann');
    forget('ann');
  }
  keep('bob', 1000);
  expect(closed).toEqual([]);
});

function open(maxBytes: number) {
  const clock = createHeldClock();
  const scheduler = schedulerOn(clock);
  const messages = new UnfinishedMessages(maxBytes);
  const closed: string[] = [];
  const holders = new Map<string, Holder>();
  const holderOf = (name: string): Holder => {
    const holder = holders.get(name) ?? { closeUnfinished: () => closed.push(name) };
    holders.set(name, holder);
    return holder;
  };
  return {
    clock,
    closed,
    messages,
    keep: (name: string, bytes: number) => messages.keep(holderOf(name), bytes, scheduler),
    forget: (name: string) => messages.forget(holderOf(name)),
  };
}
