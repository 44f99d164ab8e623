// What each event of the room protocol does: parse, decide, tell. Order and transport are the gateway's.
import { wireId } from '../cluster/address.js';
import type { Courier } from '../cluster/courier.js';
import type { IceServers } from '../connections/ice-servers.js';
import type { Logger } from '../platform/logger.js';
import { isSameChannel, parseChannel } from '../protocol/parse-channel.js';
import { findAck } from '../protocol/parse-enter.js';
import { parseReceipt, parseSignal } from '../protocol/parse-signal.js';
import { refusals } from '../protocol/refusals.js';
import type { IceAnswer, SignalKind } from '../protocol/room-events.js';
import type { RoomConnection } from './room-connection.js';
import type { RoomDesk } from './room-desk.js';
import type { RoomParcel } from './room-parcel.js';
import { acknowledge, sayBye, vanish } from './room-rules.js';

export interface RoomListenerParts {
  desk: RoomDesk;
  courier: Courier<RoomParcel>;
  enterRoom: Listener;
  iceServers: IceServers;
  settings: { graceMs: number; maxMessageBytes: number };
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

export type Listener = (speaker: Speaker, args: readonly unknown[], event: string) => void | Promise<void>;

export function createRoomListeners(parts: RoomListenerParts): RoomListeners {
  const { desk, courier, enterRoom, iceServers, settings } = parts;
  const listeners = new Map<string, Listener>([
    ['create or join', enterRoom],
    ['message', relay],
    ['response', relay],
    ['received', relayReceipt],
    ['Bye', leaveWithBye],
    ['Ack', ackBye],
    ['ice servers', giveIceServers],
    ['ipaddr', ignore],
    ['bye', ignore],
  ]);

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
    courier.carry(connection.link, meta ? { ...parcel, meta } : parcel, 'signal');
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
    const parcel: RoomParcel = { kind: 'receipt', from: connection.id, receipt: receipt.value };
    courier.carry(connection.link, parcel, 'signal');
  }

  function leaveWithBye({ connection, log }: Speaker, args: readonly unknown[], event: string) {
    const seat = connection.seat;
    if (!seat) return connection.refuse(event, refusals.noSeat());
    const channel = parseChannel(args[0]);
    if (!channel.ok) return connection.refuse(event, channel.refusal);
    if (channel.value !== seat.name) return connection.refuse(event, refusals.wrongChannel(seat.written));
    log.debug({ channel: seat.name }, 'Got a Bye!');
    return desk.decide(seat.name, sayBye(connection.id, settings.graceMs));
  }

  function ackBye({ connection, log }: Speaker) {
    log.debug('Got an Ack!');
    const seat = connection.seat;
    return seat && desk.decide(seat.name, acknowledge(connection.id, settings.graceMs));
  }

  /** [R30] */
  function giveIceServers({ connection }: Speaker, args: readonly unknown[], event: string): void {
    const ack = findAck(args) as ((answer: IceAnswer) => void) | undefined;
    if (!ack) return connection.refuse(event, refusals.badAck(event));
    if (connection.seat) return ack(iceServers.give(wireId(connection.id)));
    const refusal = refusals.noSeat();
    ack({ code: refusal.code, message: refusal.message });
    connection.refuse(event, refusal);
  }

  return {
    hear(speaker, event, args) {
      const listener = listeners.get(event);
      if (!listener) return speaker.connection.refuse(event, refusals.unknownEvent());
      return attempt(speaker, event, () => listener(speaker, args, event));
    },
    async leave(connection) {
      const { seat, doubt, id } = connection;
      const channel = seat?.name ?? doubt;
      if (channel === undefined) return;
      await desk.decideForSure(channel, vanish(id, settings.graceMs), doubt !== undefined);
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

function ignore(): void {
  // The codelab's client sends these to its own server; here they mean nothing.
}
