// Tells connections of one address from those of another.
import type { IncomingHttpHeaders } from 'node:http';

/** What it needs of a request. */
export interface AddressedRequest {
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
}

/** @param trustProxy take the address that the nearest proxy has written down, instead of the proxy's own */
export function addressOf({ headers, socket }: AddressedRequest, trustProxy: boolean): string {
  const forwarded = trustProxy ? headers['x-forwarded-for'] : undefined;
  const nearest = typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : undefined;
  return nearest ?? socket.remoteAddress ?? '';
}
