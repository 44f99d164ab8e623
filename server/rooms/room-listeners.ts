// What each event of the room protocol does: parse, decide, tell. Order and transport are the gateway's.
import type { Courier } from '../cluster/courier.js';
import type { Logger } from '../platform/logger.js';
import { isSameChannel, parseChannel } from '../protocol/parse-channel.js';
import { findAck, parseEnter, type EnterRequest } from '../protocol/parse-enter.js';
import { parseReceipt, parseSignal } from '../protocol/parse-signal.js';
import { refusals } from '../protocol/refusals.js';
import type { EnterAnswer, Refusal, SignalKind } from '../protocol/room-events.js';
import type { RoomConnection, SeatChannel } from './room-connection.js';
import type { RoomParcel } from './room-parcel.js';
import { acknowledge, enter, sayBye, vanish, type Notice, type RoomRule, type Seat } from './room-rules.js';
import type { RoomStore } from './room-store.js';

export interface RoomListenerParts {
  store: RoomStore;
  courier: Courier<RoomParcel>;
  settings: { heartbeatMs: number; maxMessageBytes: number };
}

/** Who speaks: the connection, its log, and whether it asked to be told what the server reads. */
export interface Speaker {
  connection: RoomConnection;
  log: Logger;
  wantsLog: boolean;
}

export interface RoomListeners {
  /** Handles one event; one that is not in the protocol is refused. [R19] Never throws, never rejects. */
  hear(speaker: Speaker, event: string, args: readonly unknown[]): void | Promise<void>;
  /** The connection is gone. */
  leave(connection: RoomConnection): Promise<void>;
}

type Listener = (speaker: Speaker, args: readonly unknown[], event: string) => void | Promise<void>;

const peopleBefore = { created: 0, joined: 1, full: 2 } as const;

export function createRoomListeners({ store, courier, settings }: RoomListenerParts): RoomListeners {
  const times = { heartbeatMs: settings.heartbeatMs, graceMs: 0 };

  const listeners = new Map<string, Listener>([
    ['create or join', enterRoom],
    ['message', relay],
    ['response', relay],
    ['received', relayReceipt],
    ['Bye', leaveWithBye],
    ['Ack', ackBye],
    ['ipaddr', ignore],
    ['bye', ignore],
  ]);

  async function enterRoom({ connection, log }: Speaker, args: readonly unknown[], event: string) {
    const answer = findAck(args);
    const request = parseEnter(args);
    if (!request.ok) return refuseEntry(connection, event, request.refusal, answer);
    const { channel, written } = request.value;
    const held = connection.seat;
    if (held && held.name !== channel) {
      return refuseEntry(connection, event, refusals.hasSeat(held.written), answer);
    }
    try {
      const { outcome, notices } = await store.decide(channel, enter(seatOf(connection, request.value)));
      log.debug({ channel, people: peopleBefore[outcome.status] }, 'create or join: %s', outcome.status);
      if (outcome.status !== 'full') connection.sitDown({ name: channel, written });
      answer?.({ ...outcome, ...times });
      deliver(notices);
    } catch (cause) {
      answer?.(refusedEntry(refusals.unavailable()));
      throw cause;
    }
  }

  function refusedEntry({ code, message }: Refusal): EnterAnswer {
    return { status: 'refused', peer: null, ...times, code, message };
  }

  function refuseEntry(
    connection: RoomConnection,
    event: string,
    refusal: Refusal,
    answer?: (answer: EnterAnswer) => void,
  ): void {
    answer?.(refusedEntry(refusal));
    connection.refuse(event, refusal);
  }

  function relay({ connection, log, wantsLog }: Speaker, args: readonly unknown[], event: string): void {
    const seat = connection.seat;
    if (!seat) return connection.refuse(event, refusals.noSeat());
    const signal = parseSignal(args, settings.maxMessageBytes);
    if (!signal.ok) return connection.refuse(event, signal.refusal);
    const { channel, value, meta } = signal.value;
    if (channel !== undefined && !isSameChannel(channel, seat.name)) {
      return connection.refuse(event, refusals.wrongChannel(seat.written));
    }
    log.debug({ channel: seat.name }, 'S --> Got %s', event);
    const kind = event as SignalKind;
    // Only what has been checked is sent back.
    if (wantsLog) connection.logToClient(kind, channel === undefined ? value : { channel, message: value });
    // Chapter 5 and the codelab talk before anybody is there. [R9]
    if (connection.link === null) return;
    const parcel: RoomParcel = { kind: 'signal', from: connection.id, event: kind, value };
    courier.carry(connection.link, meta ? { ...parcel, meta } : parcel);
  }

  function relayReceipt({ connection }: Speaker, args: readonly unknown[], event: string): void {
    const seat = connection.seat;
    if (!seat) return connection.refuse(event, refusals.noSeat());
    const receipt = parseReceipt(args);
    if (!receipt.ok) return connection.refuse(event, receipt.refusal);
    if (!isSameChannel(receipt.value.channel, seat.name)) {
      return connection.refuse(event, refusals.wrongChannel(seat.written));
    }
    if (connection.link === null) return;
    courier.carry(connection.link, { kind: 'receipt', from: connection.id, receipt: receipt.value });
  }

  function leaveWithBye({ connection, log }: Speaker, args: readonly unknown[], event: string) {
    const seat = connection.seat;
    if (!seat) return connection.refuse(event, refusals.noSeat());
    const channel = parseChannel(args[0]);
    if (!channel.ok) return connection.refuse(event, channel.refusal);
    if (channel.value !== seat.name) return connection.refuse(event, refusals.wrongChannel(seat.written));
    log.debug({ channel: seat.name }, 'Got a Bye!');
    return decide(seat, sayBye(connection.id));
  }

  function ackBye({ connection, log }: Speaker) {
    log.debug('Got an Ack!');
    return connection.seat && decide(connection.seat, acknowledge(connection.id));
  }

  async function decide(seat: SeatChannel, rule: RoomRule): Promise<void> {
    const { notices } = await store.decide(seat.name, rule);
    deliver(notices);
  }

  function deliver(notices: Notice[]): void {
    for (const notice of notices) courier.carry(notice.to, { kind: 'notice', notice });
  }

  return {
    hear(speaker, event, args) {
      const listener = listeners.get(event);
      if (!listener) return speaker.connection.refuse(event, refusals.unknownEvent());
      return attempt(speaker, event, () => listener(speaker, args, event));
    },
    async leave(connection) {
      if (connection.seat) await decide(connection.seat, vanish(connection.id));
    },
  };
}

/** Runs a listener; what fails in it is logged, and its client told to try again. */
function attempt(
  { connection, log }: Speaker,
  event: string,
  listener: () => void | Promise<void>,
): void | Promise<void> {
  const report = (cause: unknown): void => {
    log.error({ err: cause, event }, 'an event failed');
    connection.refuse(event, refusals.unavailable());
  };
  try {
    return listener()?.catch(report);
  } catch (cause) {
    report(cause);
  }
}

function seatOf(connection: RoomConnection, { written, options }: EnterRequest): Seat {
  const seat: Seat = { peer: connection.id, channel: written };
  return options.me === undefined ? seat : { ...seat, me: options.me };
}

function ignore(): void {
  // The codelab's client sends these to its own server; here they mean nothing.
}
