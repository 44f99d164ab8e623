// What tests allow for a machine that is busy with others at the same time. The figures that are promised are measured
// alone, by `npm run chaos`; elsewhere a limit only tells an answer in time from one that never comes in time.

/** What takes this long alone may take this much longer. */
const factor = 3;

/** What a busy machine may add to a timer. */
export const slackMs = 1000;

/** The limit, in ms, of what takes at most `ms` on a machine of its own. */
export function busy(ms: number): number {
  return factor * ms;
}
