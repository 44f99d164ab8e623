// A node's lease on a clock that a test moves, and another node whose lease it looks at.
import type { NodeId } from '../../server/cluster/address.js';
import { createRedisNodeLease } from '../../server/cluster/redis-node-lease.js';
import { createFakeLeases } from './fake-leases.js';
import { createHeldClock } from './held-clock.js';
import { createLogBook } from './log-book.js';

export const own = 'own' as NodeId;
export const other = 'other' as NodeId;

/** `isAliveForOthers`: what Redis says about this node at this moment. */
export async function openLease(options: { isReachable?: () => boolean } = {}) {
  const scene = createLease(options);
  await scene.lease.open();
  return scene;
}

/** It is not open yet. */
export function createLease({ isReachable = () => true }: { isReachable?: () => boolean } = {}) {
  const { logger, lines } = createLogBook();
  const clock = createHeldClock();
  const leases = createFakeLeases(clock);
  const lease = createRedisNodeLease({
    leases,
    node: own,
    isReachable,
    logger,
    clock,
  });
  const isAliveForOthers = (): boolean => (leases.records.get(own)?.until ?? 0) > 1_000_000 + clock.now();
  return { clock, leases, lease, isAliveForOthers, lines };
}

/** Another node that is alive, and what lets it die. */
export async function withOther() {
  const scene = await openLease();
  await scene.leases.begin(other, 0);
  const keepAlive = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      await scene.clock.advance(500);
      await scene.leases.renew(other, scene.leases.records.get(other)?.epoch ?? 0);
    }
  };
  await keepAlive(4000);
  return { ...scene, keepAlive };
}
