// Keeps one connection to a server: connects, checks it, reconnects, ends. Leaves to the session of a protocol what is sent
// on it, and how it enters a room or logs in.
import { ChannelFailure } from './channel-failure.js';
import type { Clock } from './clock.js';
import type { PageEvents } from './page.js';
import type { ReconnectPolicy } from './reconnect-policy.js';
import { createServerCheck } from './server-check.js';
import type { Tracer } from './trace.js';

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
  /** Whether a goodbye has to be said again on another connection if this one is lost. Default: no, the loss says it. */
  saysGoodbyeAgain?: (() => boolean) | undefined;
  /** It was inside, and reconnects. */
  onLost: () => void;
  /** Over for good. Called once, and last; the transport of an attempt or a connection is still open. */
  onOver: (failure: ChannelFailure, transport: Transport | undefined) => void;
}

export interface Connection<Transport> {
  /** Of the attempt or the connection; undefined while there is neither. */
  readonly transport: Transport | undefined;
  readonly isInside: boolean;
  entered(how: string, heartbeatMs: number): void;
  retry(why: string): void;
  /** Asks at once whether the server is there. */
  check(): void;
  /** Says goodbye as soon as it can, and ends when the server closes, or when the time is over. */
  leave(failure: ChannelFailure, withinMs: number): void;
  /** The reason for which this side is leaving, if it is. */
  readonly leaving: ChannelFailure | undefined;
  end(failure: ChannelFailure): void;
}

/** How long a connection that was never inside is tried for, unless the app says otherwise. */
export const defaultUnreachableAfterMs = 10_000;

/** Connecting and entering, longer after each failure. The transports' own limits for connecting are below it. */
const attemptWithinMs = 12_000;
const moreAfterFailureMs = 6000;
const longestAttemptMs = 30_000;

/** A connection that was inside for less counts as one more failed attempt. */
const settledAfterMs = 5000;

/** An attempt that is older than this is given up when the page says that the network is back. */
const freshAttemptMs = 2000;

/** Between two checks when the server names no time of its own. */
const defaultHeartbeatMs = 10_000;

type Phase<Transport> =
  | { name: 'waiting'; cancel: () => void }
  | { name: 'trying'; transport: Transport; since: number; cancel: () => void }
  | { name: 'inside'; transport: Transport; since: number }
  | { name: 'over' };

export function openConnection<Transport extends { close(): void }, Event>(
  parts: ConnectionParts<Transport, Event>,
): Connection<Transport> {
  const { policy, clock, page, trace } = parts;
  let phase: Phase<Transport> = { name: 'waiting', cancel: () => {} };
  /** The attempt that counts; events of older ones are ignored. */
  let attempts = 0;
  let failures = 0;
  let openedAt = 0;
  let leaving: ChannelFailure | undefined;
  const check = createServerCheck({
    clock,
    ask: (answered) => {
      if (phase.name === 'inside') parts.ask(phase.transport, answered);
    },
    onLost: () => {
      lose('the server does not answer');
    },
  });
  let cancelDeadline = clock.after(parts.unreachableAfterMs, () => {
    end(new ChannelFailure('unreachable'));
  });
  const stopListening = page.onReturn(reconnectNow);

  function attempt(): void {
    const mine = ++attempts;
    const isMine = (): boolean => mine === attempts;
    trace('here', 'connecting');
    const transport = parts.open({
      onOpen() {
        if (!isMine()) return;
        openedAt = clock.now();
        parts.onOpen(transport);
      },
      onEvent(event) {
        if (!isMine()) return;
        check.heard();
        parts.onEvent(event);
      },
      onClose(why) {
        if (isMine()) lose(why);
      },
    });
    const withinMs = Math.min(attemptWithinMs + failures * moreAfterFailureMs, longestAttemptMs);
    const cancel = clock.after(withinMs, () => {
      lose('no answer');
    });
    phase = { name: 'trying', transport, since: clock.now(), cancel };
  }

  function lose(why: string): void {
    if (phase.name === 'over' || phase.name === 'waiting') return;
    const wasInside = phase.name === 'inside';
    if (wasInside && clock.now() - phase.since >= settledAfterMs) failures = 0;
    transportOf(phase)?.close();
    leavePhase();
    trace('here', 'lost', [why]);
    if (wasInside && leaving && parts.saysGoodbyeAgain?.() !== true) {
      end(leaving);
      return;
    }
    const delayMs = policy.delayMs(failures++);
    trace('here', 'waiting', [Math.round(delayMs)]);
    phase = { name: 'waiting', cancel: clock.after(delayMs, attempt) };
    if (wasInside) parts.onLost();
  }

  /** Cancels what the present phase waits for. */
  function leavePhase(): void {
    attempts++;
    check.stop();
    if (phase.name === 'trying' || phase.name === 'waiting') phase.cancel();
  }

  function reconnectNow(): void {
    failures = 0;
    if (phase.name === 'inside') check.now();
    if (phase.name === 'inside' || phase.name === 'over') return;
    if (phase.name === 'trying' && clock.now() - phase.since < freshAttemptMs) return;
    transportOf(phase)?.close();
    leavePhase();
    attempt();
  }

  function end(failure: ChannelFailure): void {
    if (phase.name === 'over') return;
    const transport = transportOf(phase);
    leavePhase();
    phase = { name: 'over' };
    cancelDeadline();
    stopListening();
    trace('here', 'over', [failure.reason]);
    parts.onOver(failure, transport);
    transport?.close();
  }

  attempt();
  return {
    get transport() {
      return transportOf(phase);
    },
    get isInside() {
      return phase.name === 'inside';
    },
    get leaving() {
      return leaving;
    },
    entered(how, heartbeatMs) {
      if (phase.name !== 'trying') return;
      phase.cancel();
      if (!leaving) cancelDeadline();
      const now = clock.now();
      // Entering may take seconds longer than the path, while the server probes another connection [R25] [U4].
      const tookMs = Math.min(now - openedAt, openedAt - phase.since);
      phase = { name: 'inside', transport: phase.transport, since: now };
      check.start(heartbeatMs > 0 ? heartbeatMs : defaultHeartbeatMs, tookMs);
      trace('here', 'connected', [how]);
      if (leaving) parts.sayGoodbye(phase.transport);
    },
    retry: lose,
    check: check.now,
    leave(failure, withinMs) {
      if (phase.name === 'over' || leaving) return;
      leaving = failure;
      cancelDeadline();
      cancelDeadline = clock.after(withinMs, () => {
        end(failure);
      });
      if (phase.name === 'inside') parts.sayGoodbye(phase.transport);
      else reconnectNow();
    },
    end,
  };
}

function transportOf<Transport>(phase: Phase<Transport>): Transport | undefined {
  return phase.name === 'trying' || phase.name === 'inside' ? phase.transport : undefined;
}
