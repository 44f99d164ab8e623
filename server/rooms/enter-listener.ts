// What `create or join` does: parse, decide, and before anybody is told "full", see whether those inside are alive.
import type { GuessThrottle } from '../connections/guess-throttle.js';
import { hashSecrets } from '../connections/hash-secret.js';
import type { IceServers } from '../connections/ice-servers.js';
import { countOf } from '../protocol/attempts.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import { findAck, parseEnter, type EnterAck, type EnterRequest } from '../protocol/parse-enter.js';
import { refusals } from '../protocol/refusals.js';
import type { EnterAnswer, Refusal } from '../protocol/room-events.js';
import { enter, type Entrant, type Entry } from './enter-rules.js';
import type { RoomConnection } from './room-connection.js';
import type { RoomDesk } from './room-desk.js';
import type { Speaker } from './room-listeners.js';
import { evict } from './room-rules.js';
import type { PeerId } from './room.js';

export interface EnterListenerParts {
  desk: RoomDesk;
  /** The connections of this process, to see whether one is alive. */
  connections: ReadonlyMap<PeerId, RoomConnection>;
  guesses: GuessThrottle;
  iceServers: IceServers;
  settings: { heartbeatMs: number; graceMs: number };
  isDraining: () => boolean;
}

type Seated = Exclude<Entry, { status: 'full' | 'ended' | 'stale' }>;

const peopleBefore = { created: 0, joined: 1, resumed: 1, full: 2, ended: 0, stale: 1 } as const;

export function createEnterListener(parts: EnterListenerParts) {
  const { desk, connections, guesses, iceServers, settings, isDraining } = parts;
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
    try {
      const entry = await takeSeat(connection, request.value, (seated) => {
        connection.sitDown({ name: channel, written });
        // [R30]
        ack?.({ ...seated, ...times, ...iceServers.give(connection.id) });
      });
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
      const holder = connections.get(peer);
      if (!holder || (await holder.isAlive())) return false;
      await desk.decide(channel, evict(peer));
      holder.cut();
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
