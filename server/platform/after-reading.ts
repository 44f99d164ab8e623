// Timers ring before what has arrived is read. Whoever judges a silence by a timer looks again after that: this process may
// have stood still, and the answer be there.

/** Runs it once what has arrived by now is read. `clearImmediate` calls it off. */
export function afterReading(judge: () => void): NodeJS.Immediate {
  return setImmediate(judge);
}
