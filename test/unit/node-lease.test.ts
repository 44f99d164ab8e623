// The lease of a node, on a clock that is held: renewed, lost before others may think so, begun anew; and what it makes of
// others.
import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { openLease, other, own, withOther } from '../support/lease-scene.js';

describe('the own lease', () => {
  it('[R33] holds as long as Redis answers, with one question a second', async () => {
    const { clock, leases, lease } = await openLease();
    const before = leases.asked;
    for (let second = 0; second < 60; second++) {
      await clock.advance(1000);
      expect([lease.isValid(), lease.isReady(), lease.epoch]).toEqual([true, true, 1]);
    }
    expect(leases.asked - before).toBe(60);
  });

  it('[R33] is over in its own eyes at least 500 ms before it is for others', async () => {
    const { clock, leases, lease, isAliveForOthers } = await openLease();
    await clock.advance(1500);
    leases.isSilent = true;
    let marginMs = 0;
    while (isAliveForOthers()) {
      await clock.advance(10);
      if (!lease.isValid()) marginMs += 10;
    }
    // In steps of 10 ms on a clock that is held.
    expect([490, 500, 510]).toContain(marginMs);
  });

  it('[R33] is red within 2 s of silence, and sooner than it is over', async () => {
    const { clock, leases, lease } = await openLease();
    await clock.advance(5300);
    leases.isSilent = true;
    await clock.advance(1900);
    expect([lease.isValid(), lease.isReady()]).toEqual([true, false]);
  });

  it('[R33] is red while other nodes cannot reach this one', async () => {
    let isReachable = false;
    const { lease } = await openLease({ isReachable: () => isReachable });
    expect([lease.isValid(), lease.isReady()]).toEqual([true, false]);
    isReachable = true;
    expect(lease.isReady()).toBe(true);
  });

  it('[R33] survives a short silence in the same epoch', async () => {
    const { clock, leases, lease } = await openLease();
    leases.isSilent = true;
    await clock.advance(3000);
    leases.isSilent = false;
    await clock.advance(1500);
    expect([lease.isValid(), lease.isReady(), lease.epoch]).toEqual([true, true, 1]);
  });

  it('[R33] begins a new epoch after a long one, and grants nothing before its seats are taken up', async () => {
    const { clock, leases, lease } = await openLease();
    const epochs: number[] = [];
    let finish = (): void => {};
    lease.onNewEpoch(() => {
      epochs.push(lease.epoch);
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    leases.isSilent = true;
    await clock.advance(10_000);
    leases.isSilent = false;
    await clock.advance(1000);
    expect([epochs, lease.isValid(), lease.epoch]).toEqual([[2], false, 2]);
    finish();
    await clock.advance(0);
    expect([lease.isValid(), lease.isReady()]).toEqual([true, true]);
    expect(leases.records.get(own)).toMatchObject({ epoch: 2 });
  });

  it('[R33] takes its seats up again and again until that goes well', async () => {
    const { clock, leases, lease } = await openLease();
    let failures = 3;
    lease.onNewEpoch(() => (failures-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve()));
    leases.isSilent = true;
    await clock.advance(8000);
    leases.isSilent = false;
    await clock.advance(1000);
    expect(lease.isValid()).toBe(false);
    await clock.advance(1000);
    expect([lease.isValid(), failures]).toEqual([true, -1]);
  });

  it('[R33] a beginning that was made but not answered does not harm the next one', async () => {
    const { clock, leases, lease, isAliveForOthers } = await openLease();
    leases.isSilent = true;
    await clock.advance(8000);
    leases.isSilent = false;
    leases.losesAnswers = true;
    await clock.advance(3000);
    leases.losesAnswers = false;
    await clock.advance(2000);
    expect(lease.epoch).toBe(leases.records.get(own)?.epoch);
    expect([lease.isValid(), isAliveForOthers()]).toEqual([true, true]);
  });

  it('[R33] one that another has ended is never renewed', async () => {
    const { clock, leases, lease } = await openLease();
    await clock.advance(1000);
    await leases.end(own, 1);
    await clock.advance(2500);
    expect([lease.isValid(), lease.epoch]).toEqual([true, 2]);
  });

  it('[R27] is given back at the end: others need not wait', async () => {
    const { clock, leases, lease, isAliveForOthers } = await openLease();
    await lease.close();
    expect([lease.isValid(), isAliveForOthers()]).toEqual([false, false]);
    const { asked } = leases;
    await clock.advance(10_000);
    expect(leases.asked).toBe(asked);
  });
});

describe('what is known of others', () => {
  it('[R32] one that renews is alive, mostly without a question', async () => {
    const { lease, leases, keepAlive } = await withOther();
    const { asked } = leases;
    for (let time = 0; time < 100; time++) expect(await lease.stateOf(other, 1)).toEqual({ isAlive: true });
    expect(leases.asked - asked).toBe(1);
    await keepAlive(20_000);
    expect(await lease.stateOf(other, 1)).toEqual({ isAlive: true });
  });

  it('[R32] one that stopped has lapsed when its time is over, and not before', async () => {
    const { clock, lease, leases } = await withOther();
    const until = leases.records.get(other)?.until ?? 0;
    await clock.advance(4900);
    expect(await lease.stateOf(other, 1)).toEqual({ isAlive: true });
    await clock.advance(200);
    expect(await lease.stateOf(other, 1)).toEqual({ isAlive: false, expiredAt: until });
  });

  it('[R33] what it wrote in an earlier epoch has lapsed when that one was over', async () => {
    const { clock, lease, leases } = await withOther();
    const until = leases.records.get(other)?.until;
    await clock.advance(6000);
    await leases.begin(other, 1);
    expect(await lease.stateOf(other, 1)).toEqual({ isAlive: false, expiredAt: until });
    expect(await lease.stateOf(other, 2)).toEqual({ isAlive: true });
  });

  it('[R32] one that nobody knows has lapsed for ever', async () => {
    const { lease } = await withOther();
    expect(await lease.stateOf('nobody' as NodeId, 1)).toEqual({ isAlive: false, expiredAt: 0 });
  });

  it('[R32] tells once that a watched one has lapsed, within a second or so', async () => {
    const { clock, lease, keepAlive } = await withOther();
    const lapsed: NodeId[] = [];
    lease.onExpired((node) => lapsed.push(node));
    const stop = lease.watch(other);
    await keepAlive(10_000);
    expect(lapsed).toEqual([]);
    await clock.advance(6100);
    expect(lapsed).toEqual([other]);
    await clock.advance(10_000);
    expect(lapsed).toEqual([other]);
    stop();
  });

  it('[R33] tells that a watched one has begun a new epoch', async () => {
    const { clock, lease, leases, keepAlive } = await withOther();
    const lapsed: NodeId[] = [];
    lease.onExpired((node) => lapsed.push(node));
    lease.watch(other);
    await keepAlive(2000);
    await leases.begin(other, 1);
    await keepAlive(6000);
    expect(lapsed).toEqual([other]);
    await clock.advance(0);
  });

  it('watches nobody any more when the last who did has stopped', async () => {
    const { clock, lease, leases } = await withOther();
    const stops = [lease.watch(other), lease.watch(other)];
    await clock.advance(2000);
    for (const stop of [...stops, ...stops]) stop();
    await clock.advance(1000);
    const { asked } = leases;
    await clock.advance(20_000);
    // Its own renewals only.
    expect(leases.asked - asked).toBe(20);
  });
});
