// Port: this machine has another network. Outside a browser nothing happens. A desktop tells it by `online` only; what else
// it notices is the path's to notice.
import type { Clock } from '../signaling/clock.js';

/** Browsers tell one change by several events. */
const gatherMs = 300;

/** @returns the function that ends it */
export function onNetworkChange(clock: Clock, listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  // Not in every browser: https://developer.mozilla.org/en-US/docs/Web/API/Navigator/connection
  const { connection } = navigator as { connection?: EventTarget & { type?: string } };
  let type = connection?.type;
  let callOff = (): void => {};
  const tellSoon = (): void => {
    callOff();
    callOff = clock.after(gatherMs, listener);
  };
  const compare = (): void => {
    // It changes also with each estimate of how fast the network is. Chromium on a desktop names no type.
    if (connection?.type === type) return;
    type = connection?.type;
    tellSoon();
  };
  window.addEventListener('online', tellSoon);
  connection?.addEventListener('change', compare);
  return () => {
    callOff();
    window.removeEventListener('online', tellSoon);
    connection?.removeEventListener('change', compare);
  };
}
