// Port: this machine has another network. Outside a browser nothing happens.
import type { Clock } from '../signaling/clock.js';

/** Browsers tell one change by several events. */
const gatherMs = 300;

/** @returns the function that ends it */
export function onNetworkChange(clock: Clock, listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  // Not in every browser: https://developer.mozilla.org/en-US/docs/Web/API/Navigator/connection
  const { connection } = navigator as { connection?: EventTarget };
  const targets = [[window, 'online'] as const, [connection, 'change'] as const];
  let callOff = (): void => {};
  const tellSoon = (): void => {
    callOff();
    callOff = clock.after(gatherMs, listener);
  };
  for (const [target, event] of targets) target?.addEventListener(event, tellSoon);
  return () => {
    callOff();
    for (const [target, event] of targets) target?.removeEventListener(event, tellSoon);
  };
}
