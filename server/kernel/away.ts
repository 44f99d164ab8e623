// How long what a lost connection held is kept, and when it may be given to somebody else who asks for it. Pure.

/** What is left of the grace time once a page has announced that it closes: enough for a reload. [R26] [U30] */
export const leavingGraceMs = 5000;

export interface Away {
  /** When the grace time is over; in ms of the store's clock, as all times here. */
  until: number;
  /**
   * Since when the connection has been silent, as its own node has found out. Absent: only its node is gone, or cannot
   * be reached, or drains. The client may be there all the same, so it is not yielded.
   */
  silentSince?: number;
}

/** How a connection ended. */
export interface Loss {
  graceMs: number;
  now: number;
  /** When its page announced that it closes. */
  leavingAt: number | undefined;
  /** For how long nothing had come from it; undefined: it is not known that its client is gone. */
  silentMs: number | undefined;
}

export function awayAfter({ graceMs, now, leavingAt, silentMs }: Loss): Away {
  const isLeaving = leavingAt !== undefined && now - leavingAt < leavingGraceMs;
  const until = Math.min(isLeaving ? leavingAt + leavingGraceMs : Infinity, now + graceMs);
  return { until, ...(silentMs !== undefined && { silentSince: now - silentMs }) };
}

/** When somebody else can have it at the earliest. @param yieldMs 0: only when the grace time is over [R36] [U31] */
export function freeAt({ until, silentSince }: Away, yieldMs: number): number {
  return yieldMs === 0 || silentSince === undefined ? until : Math.min(until, silentSince + yieldMs);
}
