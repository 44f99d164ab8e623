// What `create or join` does: parse, decide, and before anybody is told "full", see whether those inside are alive.
import { wireId } from '../cluster/address.js';
import type { Courier } from '../cluster/courier.js';
import type { GuessThrottle } from '../connections/guess-throttle.js';
import { hashSecrets } from '../connections/hash-secret.js';
import type { NodeLease } from '../cluster/node-lease.js';
import type { IceServers } from '../connections/ice-servers.js';
import { countOf } from '../protocol/attempts.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import { findAck, parseEnter, type EnterAck, type EnterRequest } from '../protocol/parse-enter.js';
import { refusals } from '../protocol/refusals.js';
import type { EnterAnswer, Refusal } from '../protocol/room-events.js';
import { enter, type Entrant, type Entry } from './enter-rules.js';
import type { LocalSeats } from './local-seats.js';
import type { RoomConnection } from './room-connection.js';
import type { RoomDesk } from './room-desk.js';
import type { Speaker } from './room-listeners.js';
import type { RoomParcel } from './room-parcel.js';
import { evict, vanish } from './room-rules.js';
import type { PeerId } from './room.js';

export interface EnterListenerParts {
  desk: RoomDesk;
  /** Finds out whether somebody's connection is alive. */
  courier: Pick<Courier<RoomParcel>, 'isAlive'>;
  seats: LocalSeats;
  lease: Pick<NodeLease, 'isValid'>;
  guesses: GuessThrottle;
  iceServers: IceServers;
  settings: { heartbeatMs: number; graceMs: number };
  isDraining: () => boolean;
}

type Seated = Exclude<Entry, { status: 'full' | 'ended' | 'stale' }>;

const peopleBefore = { created: 0, joined: 1, resumed: 1, full: 2, ended: 0, stale: 1 } as const;

export function createEnterListener(parts: EnterListenerParts) {
  const { desk, courier, seats, lease, guesses, iceServers, settings, isDraining } = parts;
  const times = { heartbeatMs: settings.heartbeatMs, graceMs: settings.graceMs };

  async function enterRoom({ connection, log }: Speaker, args: readonly unknown[], event: string) {
    const ack = findAck(args);
    const request = parseEnter(args);
    if (!request.ok) return refuse(connection, event, request.refusal, ack);
    const { channel, written } = request.value;
    const held = connection.seat;
    if (held && held.name !== channel) {
      return refuse(connection, event, refusals.hasSeat(held.written), ack);
    }
    if (isDraining()) return refuse(connection, event, refusals.draining(), ack);
    // [R33]
    if (!lease.isValid()) return refuse(connection, event, refusals.unavailable(), ack);
    try {
      const settleIn = await prepare(connection, channel);
      const entry = await takeSeat(connection, request.value, (seated) => {
        // Others may have given the seat away by now.
        if (!lease.isValid())
          throw new Error('The lease of this node ran out before the seat could be granted.');
        connection.sitDown({ name: channel, written });
        // [R30]
        ack?.({ ...seated, ...times, ...iceServers.give(wireId(connection.id)) });
      });
      settleIn(entry);
      log.debug({ channel, people: peopleBefore[entry.status] }, 'create or join: %s', entry.status);
      if (entry.status === 'ended') refuse(connection, event, refusals.ended(), ack);
      if (entry.status === 'stale') refuse(connection, event, refusals.stale(), ack);
      if (entry.status !== 'full') return;
      ack?.({ status: 'full', peer: null, ...times });
      connection.tellFull(written);
    } catch (cause) {
      ack?.(refused(refusals.unavailable()));
      throw cause;
    }
  }

  /**
   * Until it is answered, a connection may have a seat that it does not know of: that one is given up when it ends, or
   * when it goes to another channel.
   */
  async function prepare(connection: RoomConnection, channel: ChannelName): Promise<(entry: Entry) => void> {
    const { doubt, id, seat } = connection;
    if (doubt !== undefined && doubt !== channel) await desk.fence(doubt, vanish(id, settings.graceMs));
    const wasCertain = doubt !== channel;
    seats.put(id, channel);
    if (!seat) connection.doubt = channel;
    return ({ status }) => {
      const isSeated = status === 'created' || status === 'joined' || status === 'resumed';
      if (isSeated || !wasCertain) return;
      connection.doubt = undefined;
      seats.remove(id);
    };
  }

  /** @param answer hears of the seat before any notice is sent */
  async function takeSeat(
    connection: RoomConnection,
    { channel, written, options }: EnterRequest,
    answer: (seated: Seated) => void,
  ): Promise<Entry> {
    const entrant: Entrant = {
      peer: connection.id,
      channel: written,
      ...countOf(options),
      ...hashSecrets(options),
    };
    const ask = (): Promise<Entry> =>
      desk.decide(channel, enter(entrant, settings.graceMs), (entry) => {
        if ('role' in entry) answer(entry);
      });
    let entry = await ask();
    if (entry.status === 'full' && (await evictDead(channel, entry.unclaimed))) entry = await ask();
    if (entry.status === 'full' && entrant.secret !== undefined) {
      await guesses.countFailure(connection.address, channel);
    }
    return entry;
  }

  /** Probes the holders before anybody is told that the channel is full. [R25] */
  async function evictDead(channel: ChannelName, holders: readonly PeerId[]): Promise<boolean> {
    const evictions = holders.map(async (peer) => {
      if (await courier.isAlive(peer)) return false;
      await desk.decide(channel, evict(peer));
      return true;
    });
    return (await Promise.all(evictions)).includes(true);
  }

  function refused({ code, message }: Refusal): EnterAnswer {
    return { status: 'refused', peer: null, ...times, code, message };
  }

  function refuse(connection: RoomConnection, event: string, refusal: Refusal, ack?: EnterAck): void {
    ack?.(refused(refusal));
    connection.refuse(event, refusal);
  }

  return enterRoom;
}
