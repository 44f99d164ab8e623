// What each event of the room protocol does: parses it, decides it or relays it. Leaves the order to the event queue, and
// entering to enter-handler.
import { wireId } from '../cluster/address.js';
import type { MessageBus } from '../cluster/message-bus.js';
import type { Coordinator } from '../kernel/coordinator.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { findAck, parseEnter } from '../protocol/parse-enter.js';
import { requestNumberOf } from '../protocol/request-numbers.js';
import { isSameChannel, parseChannel } from '../protocol/parse-channel.js';
import { parseReceipt, parseSignal } from '../protocol/parse-signal.js';
import { refusals } from '../protocol/refusals.js';
import type { IceAnswer, LeaveAnswer, Refusal, SignalKind } from '../protocol/room-events.js';
import { hashTokens } from '../transport/hash-token.js';
import type { FailureLimiter } from '../transport/failure-limiter.js';
import type { IceServers } from '../transport/ice-servers.js';
import { onRoom } from './room-domain.js';
import type { RoomPayload, RoomRelay } from './room-record.js';
import { acknowledge, leave, sayBye, vanish } from './room-rules.js';
import type { RoomSession } from './room-session.js';
import type { RoomView } from './room-view.js';
import type { Room } from './room.js';

export interface RoomHandlerParts {
  coordinator: Coordinator<Room, RoomView>;
  bus: Pick<MessageBus<RoomPayload>, 'send'>;
  handleEnter: RoomHandler;
  failures: FailureLimiter;
  iceServers: IceServers;
  settings: { graceMs: number; maxMessageBytes: number };
  logger: Logger;
}

export type RoomHandler = (
  session: RoomSession,
  args: readonly unknown[],
  event: string,
) => void | Promise<void>;

export interface RoomHandlers {
  /** Handles one event; one that is not in the protocol is refused. [R19] Never throws, never rejects. */
  handle(session: RoomSession, event: string, args: readonly unknown[]): void | Promise<void>;
  /** The connection is gone. Never rejects. */
  leave(session: RoomSession): Promise<void>;
}

export function createRoomHandlers(parts: RoomHandlerParts): RoomHandlers {
  const { coordinator, bus, handleEnter, failures, iceServers, settings, logger } = parts;
  const { graceMs, maxMessageBytes } = settings;
  const onFault = createFaultLog(
    logger,
    'error',
    'An event could not be handled; its client is told "unavailable".',
  );
  const handlers = new Map<string, RoomHandler>([
    ['create or join', handleEnter],
    ['message', relay],
    ['response', relay],
    ['received', relayReceipt],
    ['Bye', leaveWithBye],
    ['Ack', ackBye],
    ['leave', giveUpSeat],
    ['ice servers', giveIceServers],
    ['check', answerCheck],
    ['ipaddr', ignore],
    ['bye', ignore],
  ]);

  /** [R7] [R8] [R9] */
  function relay(session: RoomSession, args: readonly unknown[], event: string): void {
    const { channel: own, link, id } = session;
    if (own === undefined) return session.refuse(event, refusals.noSeat());
    const signal = parseSignal(args, maxMessageBytes);
    if (!signal.ok) return session.refuse(event, signal.refusal);
    const { channel, value, meta } = signal.value;
    if (channel !== undefined && channel !== own && !isSameChannel(channel, own)) {
      return session.refuse(event, refusals.wrongChannel(session.written));
    }
    const kind = event as SignalKind;
    // Only what has been checked is sent back.
    if (session.wantsLog)
      session.logToClient(kind, channel === undefined ? value : { channel, message: value });
    // Chapter 5 and the codelab talk before there is a second peer.
    if (link === null) return;
    const sent: RoomRelay = { kind: 'signal', from: id, event: kind, value };
    bus.send(link, meta ? { ...sent, meta } : sent, 'relay');
  }

  /** [R14] */
  function relayReceipt(session: RoomSession, args: readonly unknown[], event: string): void {
    const { channel: own, link, id } = session;
    if (own === undefined) return session.refuse(event, refusals.noSeat());
    const receipt = parseReceipt(args);
    if (!receipt.ok) return session.refuse(event, receipt.refusal);
    if (!isSameChannel(receipt.value.channel, own)) {
      return session.refuse(event, refusals.wrongChannel(session.written));
    }
    if (link !== null) bus.send(link, { kind: 'receipt', from: id, receipt: receipt.value }, 'relay');
  }

  /** [R10] */
  function leaveWithBye(session: RoomSession, args: readonly unknown[], event: string): void | Promise<void> {
    const { channel: own, claim, id } = session;
    if (own === undefined) return session.refuse(event, refusals.noSeat());
    const channel = parseChannel(args[0]);
    if (!channel.ok) return session.refuse(event, channel.refusal);
    if (channel.value !== own) return session.refuse(event, refusals.wrongChannel(session.written));
    session.log.debug({ channel: own }, 'Got a Bye!');
    return coordinator.transact([own], onRoom(sayBye(id, graceMs)), { asker: claim });
  }

  /** [R11] */
  function ackBye({ channel, claim, id, log }: RoomSession): void | Promise<void> {
    log.debug('Got an Ack!');
    if (channel === undefined) return;
    return coordinator.transact([channel], onRoom(acknowledge(id, graceMs)), { asker: claim });
  }

  /** [R35] */
  async function giveUpSeat(session: RoomSession, args: readonly unknown[], event: string): Promise<void> {
    const { channel: own, claim, id } = session;
    const ack = findAck(args) as ((answer: LeaveAnswer) => void) | undefined;
    const refuse = ({ limit: _limit, ...refusal }: Refusal, isCounted = own === undefined): void => {
      if (isCounted) failures.countFailure(session);
      ack?.({ status: 'refused', ...refusal });
      session.refuse(event, refusal);
    };
    // [R29]
    const waitMs = own !== undefined ? 0 : failures.msUntil(session);
    if (waitMs > 0) return refuse(refusals.tryLater(waitMs), false);
    const request = parseEnter(args, 'leave');
    if (!request.ok) return refuse(request.refusal);
    const { channel, options } = request.value;
    const { token } = hashTokens({ ...options, resume: true });
    if (own === undefined && token === undefined) return refuse(refusals.noSeat());
    if (own !== undefined && own !== channel) return refuse(refusals.wrongChannel(session.written));
    const leaver = { peer: id, ...requestNumberOf(options), ...(token && { token }) };
    // That its own seat has ended, it is told after the answer.
    if (own !== undefined) claim.ask(own);
    try {
      const outcome = await coordinator.transact([channel], onRoom(leave(leaver, graceMs)));
      session.log.debug({ channel }, 'leave: %s', outcome);
      if (outcome === 'none') failures.countFailure(session);
      if (outcome === 'stale') refuse(refusals.stale());
      else ack?.({ status: 'left' });
    } catch (cause) {
      ack?.({ status: 'refused', ...refusals.unavailable() });
      throw cause;
    } finally {
      if (own !== undefined) claim.settle();
    }
  }

  /** [R30] */
  function giveIceServers(session: RoomSession, args: readonly unknown[], event: string): void {
    const ack = findAck(args) as ((answer: IceAnswer) => void) | undefined;
    if (!ack) return session.refuse(event, refusals.badAck(event));
    if (session.channel !== undefined) return ack(iceServers.give(wireId(session.id)));
    const refusal = refusals.noSeat();
    ack({ code: refusal.code, message: refusal.message });
    session.refuse(event, refusal);
  }

  return {
    handle(session, event, args) {
      const handler = handlers.get(event);
      if (!handler) return session.refuse(event, refusals.unknownEvent());
      const report = (cause: unknown): void => {
        onFault(cause, { id: wireId(session.id), event });
        session.refuse(event, refusals.unavailable());
      };
      try {
        return handler(session, args, event)?.catch(report);
      } catch (cause) {
        report(cause);
      }
    },
    async leave({ claim, id, silentMs }) {
      const { key, isHolder } = claim;
      claim.close();
      if (key !== undefined) await coordinator.end([key], onRoom(vanish(id, graceMs, silentMs)), !isHolder);
    },
  };
}

/** [R19] */
function answerCheck(session: RoomSession, args: readonly unknown[], event: string): void {
  const ack = findAck(args) as (() => void) | undefined;
  if (ack) ack();
  else session.refuse(event, refusals.badAck(event));
}

function ignore(): void {
  // The codelab's client sends these to its own server; here they mean nothing.
}
