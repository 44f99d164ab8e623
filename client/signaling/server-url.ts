// The address of a server, as an app may write it.
import { ChannelFailure } from './channel-failure.js';

/**
 * Without a host, such as `/parley`, it is on the page's own server.
 * @param scheme what is spoken there, whatever the address says; with TLS where that has it
 * @throws {ChannelFailure} `unreachable`
 */
export function parseServerUrl(url: string | URL, scheme: 'http' | 'ws'): URL {
  const base = typeof location === 'undefined' ? undefined : location.href;
  try {
    const parsed = new URL(url, base);
    parsed.protocol = parsed.protocol.replace(/^(http|ws)/, scheme);
    return parsed;
  } catch {
    throw new ChannelFailure('unreachable', { message: `This is no address of a server: ${String(url)}` });
  }
}
