// What tests allow for a machine that is busy with others at the same time. With `CHAOS=full` a test runs alone, and what is
// promised is measured; elsewhere a limit only tells an answer in time from one that never comes in time.

/** What takes this long alone may take this much longer. */
const factor = process.env['CHAOS'] === 'full' ? 1 : 3;

/** The limit, in ms, of what takes at most `ms` on a machine of its own. */
export function busy(ms: number): number {
  return factor * ms;
}
