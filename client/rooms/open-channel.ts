// `openChannel`: a channel of the room protocol, with everything real: Socket.IO, the clock, the page.
import { realClock } from '../transport/clock.js';
import { defaultUnreachableAfterMs } from '../transport/connection.js';
import type { RoomChannel } from '../channel/signaling-channel.js';
import { openRoomChannel } from './room-session.js';
import { parseServerUrl } from '../transport/page.js';
import { socketIoTransport } from '../transport/socket-io-transport.js';
import type { TraceEvent } from '../transport/connection-port.js';

export interface OpenChannelOptions {
  /** Sent along. This server asks for none yet, so it protects nothing. */
  token?: string | undefined;
  /** Aborting cancels the opening; later it leaves the channel, as `leave()` does. */
  signal?: AbortSignal | undefined;
  /** Is called with every trace event from the first on, also when the channel never opens. */
  onTrace?: ((event: TraceEvent) => void) | undefined;
  /**
   * Wait in line while there are two people in the channel, instead of failing with `full`: the library asks again until
   * there is a seat, or until `signal` is aborted. Default: false.
   */
  wait?: boolean | undefined;
  /**
   * With `wait`: is called at each answer that the channel is full. `freeInMs`: one of the two is away, and in so many
   * milliseconds its seat can be free; undefined: both are there.
   */
  onWait?: ((freeInMs: number | undefined) => void) | undefined;
  /** Ask for the book's remote log; it comes as trace events named `log`. Default: false. */
  log?: boolean | undefined;
  /** Milliseconds of failed attempts after which opening gives up. Default: 10,000. */
  unreachableAfterMs?: number | undefined;
}

/**
 * Enters the channel `name` of the server at `url` (with its base path, if it has one), and stays in it over
 * drops and restarts until somebody says Bye.
 * @throws {ChannelFailure} `full`, `refused`, `unreachable`, `aborted`, or `ended` when the other said Bye during a reload
 * @example
 * ```ts
 * import { openChannel } from 'parley/client';
 *
 * const ann = await openChannel('http://localhost:8181', 'room-42');
 * const bob = await openChannel('http://localhost:8181', 'room-42');
 * bob.on('message', (value) => console.log(`bob hears ${value}`)); // prints: bob hears hello
 * await ann.send('hello'); // resolves when bob's side has it
 * await ann.close(); // says Bye
 * const { message } = await bob.closed;
 * console.log(message); // prints: The other person has ended the conversation.
 * ```
 */
export async function openChannel(
  url: string | URL,
  name: string,
  options: OpenChannelOptions = {},
): Promise<RoomChannel> {
  const address = parseServerUrl(url, 'http');
  const { token, log = false, unreachableAfterMs = defaultUnreachableAfterMs } = options;
  const { wait, onWait = () => {} } = options;
  // What was called off in this turn, by then(channel => channel.leave()), comes first.
  await Promise.resolve();
  return openRoomChannel({
    server: address.origin + address.pathname.replace(/\/+$/, ''),
    channel: name,
    openTransport: socketIoTransport({ url: address, channel: name, token, log }),
    clock: realClock,
    unreachableAfterMs,
    signal: options.signal,
    onWait: wait ? onWait : undefined,
    onTrace: options.onTrace,
  });
}
