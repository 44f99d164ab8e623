// What tests allow for a machine that is busy with others at the same time. With `CHAOS=full` a test runs alone, and what is
// promised is measured; elsewhere a limit only tells an answer in time from one that never comes in time.

const isAlone = process.env['CHAOS'] === 'full';

/** What takes this long alone may take this much longer. */
const factor = isAlone ? 1 : 3;

/** What a busy machine may add to a timer. */
export const slackMs = isAlone ? 300 : 1000;

/** The limit, in ms, of what takes at most `ms` on a machine of its own. */
export function busy(ms: number): number {
  return factor * ms;
}
