// Says in the log which pages were refused, and by which setting they could be let in: once a minute for each origin.
import type { Logger } from '../platform/logger.js';

const quietMs = 60_000;

/** So many origins are remembered; a page can send any. */
const maxOrigins = 1000;
const maxShownLength = 200;

export function createRefusedOrigins(logger: Logger): (origin: string | undefined) => void {
  const lastSaidAt = new Map<string, number>();
  return (origin = '') => {
    const shown = origin.slice(0, maxShownLength);
    const now = performance.now();
    if (now - (lastSaidAt.get(shown) ?? -quietMs) < quietMs) return;
    if (lastSaidAt.size >= maxOrigins) lastSaidAt.clear();
    lastSaidAt.set(shown, now);
    logger.warn({ origin: shown }, 'refused a page of another origin; ALLOWED_ORIGINS can allow it');
  };
}
