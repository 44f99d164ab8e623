// `openUserLine`: a line of the user protocol, with everything real: the WebSocket, the clock, the page.
import { realClock } from './clock.js';
import { defaultUnreachableAfterMs } from './line.js';
import { findPage } from './page-events.js';
import { createReconnectPolicy } from './reconnect-policy.js';
import { createSeatSecrets, findSessionStorage } from './seat-secrets.js';
import { openLoggedInLine } from './logged-in-line.js';
import { parseServerUrl } from './server-url.js';
import type { UserLine } from './user-line.js';
import type { TraceEvent } from './trace.js';
import { webSocketTransport, type WebSocketConstructor } from './websocket-transport.js';

export interface OpenUserLineOptions {
  /** Sent along. This server asks for none yet, so it protects nothing. */
  token?: string;
  /** Aborting calls the opening off; later it closes the line. */
  signal?: AbortSignal;
  /** Hears every trace event from the first on, also when the line never opens. */
  onTrace?: (event: TraceEvent) => void;
  /** Milliseconds of failed attempts after which opening gives up. Default: 10,000. */
  unreachableAfterMs?: number;
  /** Default: the browser's, or in a Node that has none that of the package `ws`. */
  WebSocket?: WebSocketConstructor;
}

/**
 * Logs in as `name` at the address of the calls: `ws://localhost:9090`, or `/calls` of the page's own server.
 * @throws {ChannelFailure} `taken`, `bad-name`, `refused`, `unreachable`, `aborted`
 * @example
 * ```ts
 * import { openUserLine } from 'parley/client';
 *
 * const ann = await openUserLine('http://localhost:8181/calls', 'ann');
 * const bob = await openUserLine('http://localhost:8181/calls', 'bob');
 * bob.on('incoming', (call) => {
 *   console.log(`${call.name} calls: ${call.about}`); // prints: ann calls: lunch?
 *   const channel = call.accept(); // or call.decline()
 *   channel.on('message', (value) => console.log(`bob hears ${value}`)); // prints: bob hears at noon
 * });
 * const channel = await ann.call('bob', { about: 'lunch?' }); // rings; resolves when bob takes the call
 * await channel.send('at noon');
 * await ann.close(); // hangs up and logs out
 * await bob.close();
 * ```
 */
export async function openUserLine(
  url: string | URL,
  name: string,
  options: OpenUserLineOptions = {},
): Promise<UserLine> {
  const address = parseServerUrl(url, 'ws');
  return openLoggedInLine({
    name,
    token: options.token,
    signal: options.signal,
    onTrace: options.onTrace,
    openTransport: webSocketTransport(address, options.WebSocket),
    secrets: createSeatSecrets(`parley ${address.href} ${name}`, findSessionStorage()),
    policy: createReconnectPolicy(),
    clock: realClock,
    page: findPage(),
    unreachableAfterMs: options.unreachableAfterMs ?? defaultUnreachableAfterMs,
  });
}
