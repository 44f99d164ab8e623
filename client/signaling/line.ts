// Keeps one connection to a server: connects, looks after it, comes back, ends. Leaves what is said on it, and how
// one enters, to the protocol's own line.
import { ChannelFailure } from './channel-failure.js';
import type { Clock } from './clock.js';
import type { PageEvents } from './page-events.js';
import type { ReconnectPolicy } from './reconnect-policy.js';
import { createServerCheck } from './server-check.js';
import type { Tracer } from './trace.js';

export interface LineListeners<Event> {
  onOpen(): void;
  onEvent(event: Event): void;
  /** The connection failed or ended. Called once at most, and last. */
  onClose(why: string): void;
}

export interface LineSurroundings {
  policy: ReconnectPolicy;
  clock: Clock;
  page: PageEvents;
  /** Milliseconds of failed attempts after which a line that was never inside gives up. */
  unreachableAfterMs: number;
  trace: Tracer;
}

export interface LineParts<Transport, Event> extends LineSurroundings {
  open: (listeners: LineListeners<Event>) => Transport;
  /** Connected: ask to enter, then call `entered`, `retry` or `end`. */
  onOpen: (transport: Transport) => void;
  onEvent: (event: Event) => void;
  /** Asks the server for a sign of life. */
  ask: (transport: Transport, answered: () => void) => void;
  sayGoodbye: (transport: Transport) => void;
  /** It was inside, and is being sought. */
  onLost: () => void;
  /** Over for good. Called once, and last; the transport of an attempt or a connection is still open. */
  onOver: (failure: ChannelFailure, transport: Transport | undefined) => void;
}

export interface Line<Transport> {
  /** Of the attempt or the connection; undefined while there is neither. */
  readonly transport: Transport | undefined;
  readonly isInside: boolean;
  entered(how: string, heartbeatMs: number): void;
  retry(why: string): void;
  /** Looks at once whether the server is there. */
  check(): void;
  /** Says goodbye as soon as it can, and ends when the server hangs up, or when the time is over. */
  leave(failure: ChannelFailure, withinMs: number): void;
  /** The reason for which this side is leaving, if it is. */
  readonly leaving: ChannelFailure | undefined;
  end(failure: ChannelFailure): void;
}

/** How long a line that was never inside is tried for, unless the app says otherwise. */
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
  | { name: 'waiting'; callOff: () => void }
  | { name: 'trying'; transport: Transport; since: number; callOff: () => void }
  | { name: 'inside'; transport: Transport; since: number }
  | { name: 'over' };

export function openLine<Transport extends { close(): void }, Event>(
  parts: LineParts<Transport, Event>,
): Line<Transport> {
  const { policy, clock, page, trace } = parts;
  let phase: Phase<Transport> = { name: 'waiting', callOff: () => {} };
  /** The attempt that counts; what older ones say is not heard. */
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
  let callOffDeadline = clock.after(parts.unreachableAfterMs, () => {
    end(new ChannelFailure('unreachable'));
  });
  const stopListening = page.onReturn(hurry);

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
    const callOff = clock.after(withinMs, () => {
      lose('no answer');
    });
    phase = { name: 'trying', transport, since: clock.now(), callOff };
  }

  function lose(why: string): void {
    if (phase.name === 'over' || phase.name === 'waiting') return;
    const wasInside = phase.name === 'inside';
    if (wasInside && clock.now() - phase.since >= settledAfterMs) failures = 0;
    transportOf(phase)?.close();
    letGo();
    trace('here', 'lost', [why]);
    if (wasInside && leaving) {
      end(leaving);
      return;
    }
    const delayMs = policy.delayMs(failures++);
    trace('here', 'waiting', [Math.round(delayMs)]);
    phase = { name: 'waiting', callOff: clock.after(delayMs, attempt) };
    if (wasInside) parts.onLost();
  }

  /** Nothing of the present phase is waited for any more. */
  function letGo(): void {
    attempts++;
    check.stop();
    if (phase.name === 'trying' || phase.name === 'waiting') phase.callOff();
  }

  function hurry(): void {
    failures = 0;
    if (phase.name === 'inside') check.now();
    if (phase.name === 'inside' || phase.name === 'over') return;
    if (phase.name === 'trying' && clock.now() - phase.since < freshAttemptMs) return;
    transportOf(phase)?.close();
    letGo();
    attempt();
  }

  function end(failure: ChannelFailure): void {
    if (phase.name === 'over') return;
    const transport = transportOf(phase);
    letGo();
    phase = { name: 'over' };
    callOffDeadline();
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
      phase.callOff();
      if (!leaving) callOffDeadline();
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
      callOffDeadline();
      callOffDeadline = clock.after(withinMs, () => {
        end(failure);
      });
      if (phase.name === 'inside') parts.sayGoodbye(phase.transport);
      else hurry();
    },
    end,
  };
}

function transportOf<Transport>(phase: Phase<Transport>): Transport | undefined {
  return phase.name === 'trying' || phase.name === 'inside' ? phase.transport : undefined;
}
