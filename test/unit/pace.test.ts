// How fast a connection may send: 80 % of what the server allows, and of what it allows at once.
import { describe, expect, it } from 'vitest';
import { createPace, type Pace } from '../../client/reliable/pace.js';

const around = 300;

function started(events: number, bytes: number): Pace {
  const pace = createPace();
  pace.start({ events, bytes }, 0);
  return pace;
}

/** Sends messages of this size until one has to wait. @returns how many went */
function sendAll(pace: Pace, size: number, now: number): number {
  const waitMs = pace.turns(now);
  let count = 0;
  while (count < 10_000 && waitMs(size) === 0) count++;
  for (let sent = 0; sent < count; sent++) pace.spend(size + around, now);
  return count;
}

describe('a pace', () => {
  it('lets everything go where the server names no limit, none of one kind, or nothing that makes sense', () => {
    const pace = createPace();
    const limits = [undefined, { events: 0, bytes: 0 }, { events: NaN, bytes: -1 }];
    expect(sendAll(pace, 1000, 0)).toBe(10_000);
    for (const limit of limits) {
      pace.start(limit, 0);
      expect(sendAll(pace, 1000, 0)).toBe(10_000);
    }
    expect(sendAll(started(0, 13_000), 1000, 0)).toBe(32);
    expect(sendAll(started(10, 0), 1000, 0)).toBe(32);
  });

  it('lets 80 % of four seconds go at once, and then 80 % of the rate', () => {
    const pace = started(500, 0);
    expect(sendAll(pace, 10, 0)).toBe(1600);
    expect(sendAll(pace, 10, 1000)).toBe(400);
    expect(sendAll(pace, 10, 1250)).toBe(100);
    expect(sendAll(pace, 10, 60_000)).toBe(1600);
  });

  it('counts bytes in the same way, with what travels around a message', () => {
    const pace = started(500, 10_000);
    expect(sendAll(pace, 700, 0)).toBe(32);
    expect(sendAll(pace, 700, 1000)).toBe(8);
  });

  it('says after how long to ask again, which is at least 20 ms', () => {
    const pace = started(500, 10_000);
    expect(sendAll(pace, 700, 0)).toBe(32);
    expect(pace.turns(0)(700)).toBe(125);
    expect(pace.turns(124)(700)).toBe(20);
    expect(pace.turns(125)(700)).toBe(0);
  });

  it('counts what did not wait: messages wait for longer then', () => {
    const pace = started(10, 0);
    for (let frame = 0; frame < 40; frame++) pace.spend(100, 0);
    expect(pace.turns(0)(0)).toBe(1125);
    expect(sendAll(pace, 0, 1125)).toBe(1);
  });

  it('lets a message that is larger than the whole bucket go when that is full, and then waits for all of it', () => {
    const pace = started(500, 1000);
    expect(pace.turns(0)(8000 - around)).toBe(0);
    const waitMs = pace.turns(0);
    expect([waitMs(8000 - around), waitMs(0)]).toEqual([0, expect.any(Number)]);
    pace.spend(8000, 0);
    expect(pace.turns(9999)(8000 - around)).toBe(20);
    expect(pace.turns(10_000)(8000 - around)).toBe(0);
  });

  it('has one ask again after a minute at most, so that no timer is too long for a browser', () => {
    const pace = started(1e-12, 0);
    pace.spend(0, 0);
    pace.spend(0, 0);
    expect(pace.turns(0)(0)).toBe(60_000);
  });

  it('is full again, with the new limit, on a new connection', () => {
    const pace = started(10, 0);
    expect(sendAll(pace, 0, 0)).toBe(32);
    pace.start({ events: 20, bytes: 0 }, 5);
    expect(sendAll(pace, 0, 5)).toBe(64);
    pace.start(undefined, 5);
    expect(sendAll(pace, 0, 5)).toBe(10_000);
  });

  it('has receipts gathered for 20 ms, and for up to 500 ms where they would take the half of a low limit', () => {
    const waits = [started(0, 0), started(500, 1_048_576), started(25, 0), started(1, 0), started(0, 7500)];
    expect(waits.map(({ receiptWaitMs }) => receiptWaitMs)).toEqual([20, 20, 100, 500, 100]);
  });
});
