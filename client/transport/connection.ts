// Keeps one connection to a server: connects, checks it, reconnects, ends. Leaves to the session of a protocol what is sent
// on it, and how it enters a room or logs in.
import { ChannelFailure } from './channel-failure.js';
import type { Connection, ConnectionParts } from './connection-port.js';
import { attemptLimitMs } from './reconnect-policy.js';
import { createServerCheck } from './server-check.js';

/** How long a connection that was never inside is tried for, unless the app says otherwise. */
export const defaultUnreachableAfterMs = 10_000;

/** A connection that was inside for less counts as one more failed attempt. */
const settledAfterMs = 5000;

/** An attempt that is older than this is given up when the page says that the network is back. */
const freshAttemptMs = 2000;

/** Between two checks when the server names no time of its own. */
const defaultHeartbeatMs = 10_000;

type Phase<Transport> =
  | { name: 'waiting'; cancel: () => void }
  | { name: 'trying'; transport: Transport; since: number; openedAt?: number; cancel: () => void }
  | { name: 'inside'; transport: Transport; since: number; graceMs: number }
  | { name: 'over' };

export function openConnection<Transport extends { close(): void }, Event>(
  parts: ConnectionParts<Transport, Event>,
): Connection<Transport> {
  const { policy, clock, page, trace } = parts;
  let phase: Phase<Transport> = { name: 'waiting', cancel: () => {} };
  /** The attempt that counts; events of older ones are ignored. */
  let attempts = 0;
  let failures = 0;
  let keptUntil = -Infinity;
  let isInLine = false;
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
  let cancelDeadline = startDeadline();
  const stopListening = page.onReturn(reconnectNow);

  function startDeadline(): () => void {
    return clock.after(parts.unreachableAfterMs, () => {
      end(new ChannelFailure('unreachable'), false);
    });
  }

  function attempt(): void {
    const mine = ++attempts;
    const isMine = (): boolean => mine === attempts;
    trace('here', 'connecting');
    const transport = parts.open({
      onOpen() {
        if (!isMine()) return;
        if (phase.name === 'trying') phase.openedAt = clock.now();
        parts.onOpen(transport);
      },
      onEvent(event) {
        if (!isMine()) return;
        check.received();
        parts.onEvent(event);
      },
      onClose(why) {
        if (isMine()) lose(why);
      },
    });
    phase = { name: 'trying', transport, since: clock.now(), cancel: limitAttempt() };
  }

  function limitAttempt(): () => void {
    return clock.after(attemptLimitMs(failures), () => {
      lose('no answer');
    });
  }

  function lose(why: string): void {
    if (phase.name === 'over' || phase.name === 'waiting') return;
    const now = clock.now();
    const wasInside = phase.name === 'inside';
    if (wasInside && now - phase.since >= settledAfterMs) failures = 0;
    if (phase.name === 'inside') keptUntil = now + phase.graceMs;
    transportOf(phase)?.close();
    leavePhase();
    trace('here', 'lost', [why]);
    if (leaving && !parts.mustSayGoodbye(wasInside)) {
      end(leaving);
      return;
    }
    if (isInLine) cancelDeadline = startDeadline();
    isInLine = false;
    const delayMs = policy.delayMs(failures++, now < keptUntil);
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

  function end(failure: ChannelFailure, isKnown = true): void {
    if (phase.name === 'over') return;
    const transport = transportOf(phase);
    leavePhase();
    phase = { name: 'over' };
    cancelDeadline();
    stopListening();
    trace('here', 'over', [failure.reason]);
    parts.onOver(failure, isKnown, transport);
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
    entered(how, heartbeatMs, graceMs) {
      if (phase.name !== 'trying') return;
      phase.cancel();
      if (!leaving) cancelDeadline();
      const now = clock.now();
      // Entering may take seconds longer than the path, while the server probes another connection [R25] [U4].
      const { openedAt = now } = phase;
      const tookMs = Math.min(now - openedAt, openedAt - phase.since);
      phase = { name: 'inside', transport: phase.transport, since: now, graceMs };
      isInLine = false;
      check.start(heartbeatMs > 0 ? heartbeatMs : defaultHeartbeatMs, tookMs);
      trace('here', 'connected', [how]);
      if (leaving) parts.sayGoodbye(phase.transport);
    },
    askAgain(afterMs) {
      if (phase.name !== 'trying') return;
      const { transport } = phase;
      phase.cancel();
      cancelDeadline();
      isInLine = true;
      trace('here', 'waiting', [Math.round(afterMs)]);
      const cancel = clock.after(afterMs, () => {
        if (phase.name === 'trying') phase = { ...phase, cancel: limitAttempt() };
        parts.onOpen(transport);
      });
      phase = { ...phase, cancel };
    },
    retry: lose,
    check: check.now,
    leave(failure, withinMs) {
      if (phase.name === 'over' || leaving) return;
      leaving = failure;
      cancelDeadline();
      cancelDeadline = clock.after(withinMs, () => {
        end(failure, false);
      });
      if (phase.name === 'inside') parts.sayGoodbye(phase.transport);
      // On one that is open, and waits for an answer, the protocol can give up what it asks for.
      else if (phase.name === 'waiting' || phase.openedAt === undefined) reconnectNow();
    },
    end: (failure) => {
      end(failure);
    },
  };
}

function transportOf<Transport>(phase: Phase<Transport>): Transport | undefined {
  return phase.name === 'trying' || phase.name === 'inside' ? phase.transport : undefined;
}
