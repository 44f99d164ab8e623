// Ports: what a transport tells a connection, what a connection needs of the session of a protocol, what it does for it, and
// what of all that a program can watch.
import type { ChannelFailure } from './channel-failure.js';
import type { Clock } from './clock.js';
import type { PageEvents } from './page.js';
import type { ReconnectPolicy } from './reconnect-policy.js';

export interface TransportEvents<Event> {
  onOpen(): void;
  onEvent(event: Event): void;
  /** The connection failed or ended. Called once at most, and last. */
  onClose(why: string): void;
}

export interface ConnectionContext {
  policy: ReconnectPolicy;
  clock: Clock;
  page: PageEvents;
  /** Milliseconds of failed attempts after which a connection that was never inside gives up. */
  unreachableAfterMs: number;
  trace: Tracer;
}

export interface ConnectionParts<Transport, Event> extends ConnectionContext {
  open: (events: TransportEvents<Event>) => Transport;
  /** Connected: ask to enter, then call `entered`, `retry` or `end`. */
  onOpen: (transport: Transport) => void;
  onEvent: (event: Event) => void;
  /** Asks the server for any answer. */
  ask: (transport: Transport, answered: () => void) => void;
  sayGoodbye: (transport: Transport) => void;
  /** Whether a goodbye has still to be said, on another connection, if this one is lost. */
  mustSayGoodbye: (wasInside: boolean) => boolean;
  /** It was inside, and reconnects. */
  onLost: () => void;
  /**
   * Over for good. Called once, and last; the transport of an attempt or a connection is still open.
   * @param isKnown false: the server has not answered in time, and may keep the seat or the name
   */
  onOver: (failure: ChannelFailure, isKnown: boolean, transport: Transport | undefined) => void;
}

export interface Connection<Transport> {
  /** Of the attempt or the connection; undefined while there is neither. */
  readonly transport: Transport | undefined;
  readonly isInside: boolean;
  /** @param graceMs for which the server keeps the seat or the name of a lost connection */
  entered(how: string, heartbeatMs: number, graceMs: number): void;
  /** Connected, and in line: calls `onOpen` again after so long. */
  askAgain(afterMs: number): void;
  retry(why: string): void;
  /** Asks at once whether the server is there. */
  check(): void;
  /** Says goodbye as soon as it can, and ends when the server closes, or when the time is over. */
  leave(failure: ChannelFailure, withinMs: number): void;
  /** The reason for which this side is leaving, if it is. */
  readonly leaving: ChannelFailure | undefined;
  end(failure: ChannelFailure): void;
}

/** What travels, as the pages' logs and the ladder show it. */
export interface TraceEvent {
  /** Milliseconds on the library's clock: for differences, not for the time of day. */
  at: number;
  /** `in`: from the server; `out`: to the server; `here`: something the library did by itself. */
  direction: 'in' | 'out' | 'here';
  /**
   * The wire's own word for it. For `here`: `connecting`, `connected` (how), `lost` (why), `waiting` (how long),
   * `again` (the number of the message that goes out once more), `over` (why).
   */
  event: string;
  /**
   * What travelled with it, as it travelled. Acknowledgement functions are left out; an answer comes `in` under the
   * request's own name. In place of a TURN server's `credential` stands `(hidden)`.
   */
  args: readonly unknown[];
}

export type Tracer = (direction: TraceEvent['direction'], event: string, args?: readonly unknown[]) => void;
