// What becomes of the seats of a node that is dead: they are dropped as at the moment when its lease ran out. Pure.
import { decided, type Decision } from './decision.js';
import { vanish } from './room-rules.js';
import type { PeerId, Room } from './room.js';

/** A seat whose node has no lease any more. */
export interface LapsedSeat {
  peer: PeerId;
  /** ms of the store's clock */
  lapsedAt: number;
}

/** In the order in which they lapsed, none of them later than `now`. [R32] */
export function dropLapsed(
  room: Room,
  lapsed: readonly LapsedSeat[],
  graceMs: number,
  now: number,
): Decision {
  let dropped = decided(room);
  for (const { peer, lapsedAt } of [...lapsed].sort((a, b) => a.lapsedAt - b.lapsedAt)) {
    const next = vanish(peer, graceMs)(dropped.room, Math.min(lapsedAt, now));
    dropped = decided(next.room, [...dropped.notices, ...next.notices]);
  }
  return dropped;
}
