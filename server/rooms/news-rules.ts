// What a connection makes of news: old ones are dropped, and what was missed in between is made up for. Pure.
import type { Notice } from './decision.js';
import { differenceOf } from './resync-rules.js';
import type { RoomNews } from './room-parcel.js';
import { linkOf, type RoomView } from './room-view.js';

/** What a connection has been told, and by which decision. */
export interface Told {
  version: number;
  view: RoomView;
}

/** One thing after the other that happens to the connection. `closes`: so that its client comes back. */
export type Step = Omit<Notice, 'to'> & { closes?: true };

export interface Heard {
  told: Told;
  steps: Step[];
}

export const toldNothing: Told = { version: 0, view: null };

/** @param news about the room in which it sits. @returns undefined when they are old. [R31] */
export function hearNews(told: Told, { version, notices, before, view }: RoomNews): Heard | undefined {
  if (version <= told.version) return undefined;
  if (told.view === null) {
    if (notices.length === 0) return undefined;
    // A request that was lost has been answered only now: meanwhile more may have happened.
    const missed = before && view ? missedSince({ ...view, phase: 'waiting' }, view) : [];
    return { told: { version, view }, steps: [...notices, ...missed] };
  }
  const missed = missedSince(told.view, before);
  const isOver = missed.some(({ closes }) => closes);
  return isOver
    ? { told: { version, view: null }, steps: missed }
    : { told: { version, view }, steps: [...missed, ...notices] };
}

function missedSince(told: RoomView, now: RoomView): Step[] {
  const difference = differenceOf(told, now);
  if (difference.closes) return [{ ...difference, link: null }];
  if (linkOf(told) === linkOf(now) && difference.events.length === 0) return [];
  return [{ ...difference, link: linkOf(now) }];
}
