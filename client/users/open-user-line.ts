// `openUserLine`: a line for calls by user name, with everything real: WebSocket, the clock, the page.
import { realClock } from '../transport/clock.js';
import { defaultUnreachableAfterMs } from '../transport/connection.js';
import { findPage, parseServerUrl } from '../transport/page.js';
import { createReconnectPolicy } from '../transport/reconnect-policy.js';
import { findSessionStorage } from '../transport/resume-tokens.js';
import type { TraceEvent } from '../transport/connection-port.js';
import { webSocketTransport, type WebSocketConstructor } from '../transport/websocket-transport.js';
import { openLoggedInLine, type UserLine } from './user-line.js';

export interface OpenUserLineOptions {
  /** Sent along. This server asks for none yet, so it protects nothing. */
  token?: string | undefined;
  /** Aborting calls the opening off; later it closes the line. */
  signal?: AbortSignal | undefined;
  /**
   * Wait in line while somebody else has the name, instead of failing with `taken`: the library asks again until it is free,
   * or until `signal` is aborted. Default: false.
   */
  wait?: boolean | undefined;
  /**
   * With `wait`: is called at each answer that the name is taken. `freeInMs`: its user is away, and in so many milliseconds
   * it can be free; undefined: its user is there.
   */
  onWait?: ((freeInMs: number | undefined) => void) | undefined;
  /** Is called with every trace event from the first on, also when the line never opens. */
  onTrace?: ((event: TraceEvent) => void) | undefined;
  /** Milliseconds of failed attempts after which opening gives up. Default: 10,000. */
  unreachableAfterMs?: number | undefined;
  /** Default: the browser's, or in a Node that has none that of the package `ws`. */
  WebSocket?: WebSocketConstructor | undefined;
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
  const { wait, onWait = () => {} } = options;
  // What was called off in this turn, by then(line => line.close()), comes first.
  await Promise.resolve();
  return openLoggedInLine({
    name,
    token: options.token,
    signal: options.signal,
    onWait: wait ? onWait : undefined,
    onTrace: options.onTrace,
    openTransport: webSocketTransport(address, options.WebSocket),
    leaveUrl: leaveUrlOf(address),
    key: `parley ${address.href} ${name.normalize()}`,
    storage: findSessionStorage(),
    policy: createReconnectPolicy(),
    clock: realClock,
    page: findPage(),
    unreachableAfterMs: options.unreachableAfterMs ?? defaultUnreachableAfterMs,
  });
}

/** Beside the calls, whichever of the two ports they are on: on the HTTP port at `/calls`, on their own at `/` as well. */
export function leaveUrlOf({ origin, pathname }: URL): string {
  return `${origin.replace(/^ws/, 'http')}${pathname.replace(/(\/calls)?\/?$/, '')}/leave`;
}
