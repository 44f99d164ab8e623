// The address of a client, for every limit that counts by address: an IPv4 address, or the first 64 bits of an IPv6
// address, since one client may have all the addresses in them. [U17] [R29]
import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import proxyAddr from 'proxy-addr';
import type { Logger } from '../observability/logger.js';
import { copyText } from './connection-limits.js';

/**
 * `203.0.113.7`, or `2001:db8:0:1::/64`.
 * @returns undefined if the address is that of a proxy which is not trusted, or of none (a Unix socket): there are any
 * number of clients behind it, and no limit counts by it
 */
export type ClientAddress = (request: IncomingMessage) => string | undefined;

/** The same for a connection before its first request. @returns undefined also if it may be that of a proxy */
export type PeerAddress = (socket: Socket) => string | undefined;

/** Where a proxy of the operator's own may be. 100.64.0.0/10 is RFC 6598, used inside clusters. */
const isPrivate = proxyAddr.compile(['loopback', 'linklocal', 'uniquelocal', '100.64.0.0/10']);

/**
 * @param trustProxy use the address that the nearest proxy has added to `X-Forwarded-For`; a client can forge every
 * earlier entry
 */
export function createClientAddress(
  trustProxy: boolean,
  logger: Logger,
): ClientAddress & { ofPeer: PeerAddress } {
  let hasWarned = false;

  function warn(address: string): void {
    if (hasWarned) return;
    hasWarned = true;
    logger.warn(
      { address },
      'Requests come through a proxy that is not trusted, so no limit counts by the addresses of its clients. Set TRUST_PROXY to true if it overwrites X-Forwarded-For and X-Forwarded-Host.',
    );
  }

  const addressOf: ClientAddress = (request) => {
    const { remoteAddress: peer } = request.socket;
    if (peer === undefined) return undefined;
    const { 'x-forwarded-for': forwardedFor, forwarded } = request.headers;
    if (trustProxy) return networkOf(lastOf(forwardedFor)) ?? networkOf(peer);
    if ((forwardedFor === undefined && forwarded === undefined) || !isPrivate(peer, 0))
      return networkOf(peer);
    warn(peer);
    return undefined;
  };
  const ofPeer: PeerAddress = ({ remoteAddress: peer }) => {
    if (peer === undefined || trustProxy || (hasWarned && isPrivate(peer, 0))) return undefined;
    return networkOf(peer);
  };
  return Object.assign(addressOf, { ofPeer });
}

/** Not by proxy-addr: it leaves out an empty entry of the proxy, and then the one before it, a client's, would count. */
function lastOf(header: string | string[] = ''): string {
  return String(header).split(',').at(-1)?.trim() ?? '';
}

/** Some proxies add the port: `203.0.113.7:4711`, `[2001:db8::1]:4711`. @returns undefined: it is not an IP address */
function networkOf(text: string): string | undefined {
  const [, inBrackets, withPort] = /^(?:\[(.*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  const [ip = ''] = (inBrackets ?? withPort ?? text).split('%');
  const version = isIP(ip);
  if (version === 6) return networkOfIPv6(ip);
  return version === 4 ? copyText(ip) : undefined;
}

function networkOfIPv6(ip: string): string {
  // As RFC 5952 writes it: hexadecimal, with at most one `::`.
  const canonical = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = new Array<string>(8 - head.length - tail.length).fill('0');
  const groups = [...head, ...zeros, ...tail];
  // An IPv4 client of a server that listens on `::` (RFC 4291, section 2.5.5.2).
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const bytes = groups.slice(6).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
    return bytes.join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
