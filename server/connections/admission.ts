// Decides from a request's headers whether its page may open a connection. A browser lets any page open a
// WebSocket to any host, whatever CORS says, so the server looks at Origin itself. [R17]
import type { IncomingMessage } from 'node:http';

export interface AdmissionSettings {
  /** Full origins (`https://example.org`), `null` for pages opened from disk, `*` for all. */
  allowedOrigins: readonly string[];
  /** Believe `X-Forwarded-Host`: only behind a proxy that sets it. `X-Forwarded-For` is read in address.ts. */
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
      // No browser, so no page of somebody else's.
      if (origin === undefined) return true;
      if (listed.has('*') || listed.has(origin.toLowerCase())) return true;
      const forwarded = trustProxy ? headers['x-forwarded-host'] : undefined;
      const host = typeof forwarded === 'string' ? forwarded.split(',')[0]?.trim() : headers.host;
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
