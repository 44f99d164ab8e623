// Decides from the headers of a request whether its page may connect, and logs refused origins. A browser lets any page
// open a WebSocket to any host, whatever CORS says, so the server checks the Origin header itself. [R17]
import type { IncomingMessage } from 'node:http';
import type { Logger } from '../observability/logger.js';
import type { Scheduler } from '../timing/scheduler.js';

export interface AdmissionSettings {
  /** Full origins (`https://example.org`), `null` for pages opened from disk, `*` for all. */
  allowedOrigins: readonly string[];
  /** Trust `X-Forwarded-Host`: only behind a proxy that sets it. `X-Forwarded-For` is read by client-address. */
  trustProxy: boolean;
}

export interface Admission {
  isAllowed(request: Pick<IncomingMessage, 'headers'>): boolean;
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

export function createAdmission({ allowedOrigins, trustProxy }: AdmissionSettings): Admission {
  const listed = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));

  return {
    isAllowed({ headers }) {
      const { origin } = headers;
      // Not a browser, so not the page of another site.
      if (origin === undefined) return true;
      if (listed.has('*') || listed.has(origin.toLowerCase())) return true;
      const forwarded = trustProxy ? headers['x-forwarded-host'] : undefined;
      // The one that the nearest proxy has added, as for the address: a client can forge every earlier one.
      const host = typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : headers.host;
      return host !== undefined && isSameHost(origin, host);
    },
  };
}

function isSameHost(origin: string, host: string): boolean {
  const page = hostnameOf(origin);
  const server = hostnameOf(`http://${host}`);
  if (page === undefined || server === undefined) return false;
  return page === server || (loopbackNames.has(page) && loopbackNames.has(server));
}

function hostnameOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? hostname : undefined;
}

/** The same origin is logged at most once in this time, and at most so many origins: a client can send any number. */
const quietMs = 60_000;
const maxOrigins = 20;
const maxLoggedLength = 200;

/**
 * Logs each refused origin, with the setting that would allow it: once a minute for each origin. From the 21st origin of
 * a minute on, the connections are counted, and the minute ends with one line for all of them.
 */
export function createRefusedOrigins(
  logger: Logger,
  scheduler: Scheduler,
): (origin: string | undefined) => void {
  const logged = new Set<string>();
  let unlogged = 0;

  function endMinute(): void {
    if (unlogged > 0) {
      logger.warn(
        { connections: unlogged },
        'Refused more connections from pages of other origins. Only the first 20 origins of a minute are logged.',
      );
    }
    logged.clear();
    unlogged = 0;
  }

  return (origin = '') => {
    const shown = origin.slice(0, maxLoggedLength);
    if (logged.has(shown)) return;
    if (logged.size === maxOrigins) {
      unlogged += 1;
      return;
    }
    if (logged.size === 0) scheduler.after(quietMs, endMinute);
    logged.add(shown);
    logger.warn(
      { origin: shown },
      'Refused a connection from a page of another origin. To allow it, add the origin to ALLOWED_ORIGINS.',
    );
  };
}
