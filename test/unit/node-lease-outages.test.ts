// Who is taken for dead after Redis, or this node, was away: on a clock that is held.
import { expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { other, withOther } from '../support/lease-scene.js';

it('[R33] nobody is taken for dead by one that is cut off, and at once by one that has Redis again', async () => {
  const { clock, lease, leases } = await withOther();
  leases.isSilent = true;
  await clock.advance(8000);
  expect(await lease.stateOf(other, 1)).toEqual({ isAlive: true });
  leases.isSilent = false;
  await clock.advance(1500);
  expect(lease.isValid()).toBe(true);
  expect(await lease.stateOf(other, 1)).toMatchObject({ isAlive: false });
});

it('[R33] nobody is taken for dead for 3 s after an outage of Redis', async () => {
  const { clock, lease, leases } = await withOther();
  const lapsed: NodeId[] = [];
  lease.onExpired((node) => lapsed.push(node));
  lease.watch(other);
  await clock.advance(4900);
  const now = 1_000_000 + clock.now();
  leases.outage = { from: now - 3000, to: now };
  await clock.advance(2900);
  expect(await lease.stateOf(other, 1)).toEqual({ isAlive: true });
  expect(await lease.stateOf('nobody' as NodeId, 1)).toEqual({ isAlive: true });
  expect(lapsed).toEqual([]);
  await clock.advance(1100);
  expect(await lease.stateOf(other, 1)).toMatchObject({ isAlive: false });
  expect(lapsed).toEqual([other]);
});

it('[R32] whoever was dead before an outage of Redis is dead after it', async () => {
  const { clock, lease, leases } = await withOther();
  await leases.end(other, 1);
  await clock.advance(100);
  const now = 1_000_000 + clock.now();
  leases.outage = { from: now, to: now + 5000 };
  await clock.advance(5100);
  expect(await lease.stateOf(other, 1)).toMatchObject({ isAlive: false });
});

it('[R32] a death that is told just before an outage of Redis is told again after it', async () => {
  const { clock, lease, leases } = await withOther();
  const lapsed: NodeId[] = [];
  lease.onExpired((node) => lapsed.push(node));
  lease.watch(other);
  await clock.advance(6100);
  expect(lapsed).toEqual([other]);
  const now = 1_000_000 + clock.now();
  leases.outage = { from: now - 3000, to: now };
  // Lapsed in the outage, as far as anybody can say: whoever looks now finds it alive.
  const record = leases.records.get(other);
  if (record) record.until = now - 1000;
  await clock.advance(2000);
  expect(await lease.stateOf(other, 1)).toEqual({ isAlive: true });
  await clock.advance(2000);
  expect(lapsed).toEqual([other, other]);
});
