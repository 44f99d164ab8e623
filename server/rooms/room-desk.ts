// Where rooms are decided: runs a rule through the store, tells everybody the news, and comes back to a room when
// something in it runs out by itself, or when somebody may have missed something.
import type { Courier } from '../cluster/courier.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { createAlarmClock } from '../platform/alarm-clock.js';
import { createAtMost } from '../platform/at-most.js';
import { createFaultLog } from '../platform/fault-log.js';
import { insist } from '../platform/insist.js';
import type { Logger } from '../platform/logger.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import type { Notice, RoomRule } from './decision.js';
import type { RoomParcel } from './room-parcel.js';
import { passTime } from './room-rules.js';
import { UnreadableRoom, type Decided, type DecideOptions, type RoomStore } from './room-store.js';
import { viewOf } from './room-view.js';
import { nextDeadline, seatsOf, type PeerId } from './room.js';

/** So many rooms are looked at again at the same time: when a store fails, there may be many in doubt. */
const roomsAtOnce = 64;

/** How soon a room is looked at again of which it is not known what was decided. */
const doubtMs = 1000;

export interface RoomDesk {
  /**
   * @param answer hears the outcome before anybody is told anything; if it throws, nobody is
   * @throws what the store throws
   */
  decide<Outcome>(
    channel: ChannelName,
    rule: RoomRule<Outcome>,
    answer?: (outcome: Outcome) => void,
  ): Promise<Outcome>;
  /**
   * Decides it also when the store fails, as soon as it is back: for ends, after which nobody asks again.
   * @param isInDoubt something that was asked before may still be on its way
   */
  decideForSure(channel: ChannelName, rule: RoomRule, isInDoubt: boolean): Promise<void>;
  /**
   * Decides it so that nothing asked before, and still on its way, has any effect.
   * @throws what the store throws
   */
  fence(channel: ChannelName, rule: RoomRule): Promise<void>;
  /**
   * Tells everybody in the room how it stands, in case something was lost, and sees to it that the store does not
   * forget it; by default time alone passes. What is told is newer than anything told before, also where the store
   * has forgotten something.
   * @throws what the store throws; then it is looked at again by itself, too
   */
  lookAgain(channel: ChannelName, rule?: RoomRule): Promise<void>;
  /** Looks at the room at that time. */
  remind(channel: ChannelName, dueInMs: number): void;
  /** No room is looked at again. */
  close(): void;
}

export interface RoomDeskParts {
  store: RoomStore;
  courier: Courier<RoomParcel>;
  lease: Pick<NodeLease, 'isValid'>;
  logger: Logger;
  /** The connections of this node that sit in this channel, or may do so. */
  peersIn: (channel: ChannelName) => Iterable<PeerId>;
  /**
   * The version of the last news that this connection of this node has heard; 0: none. Absent where the store never
   * forgets how far it was, as in memory.
   */
  toldTo?: (peer: PeerId) => number;
}

export function createRoomDesk(parts: RoomDeskParts): RoomDesk {
  const { store, courier, lease, logger, peersIn, toldTo = () => 0 } = parts;
  let isClosed = false;
  const lookingAgain = createAtMost(roomsAtOnce);
  const onFault = createFaultLog((cause, faults) => {
    logger.error({ err: cause, faults }, 'a room could not be decided');
  });
  const alarms = createAlarmClock((channel: ChannelName) => decide(channel, passTime()), onFault);
  const onDoubt = createFaultLog((cause, faults) => {
    logger.warn({ err: cause, faults }, 'it is still not known what was decided about some rooms');
  });
  const doubts = createAlarmClock(clearUp, onDoubt);

  function newestTold(channel: ChannelName): number {
    let newest = 0;
    for (const peer of peersIn(channel)) newest = Math.max(newest, toldTo(peer));
    return newest;
  }

  async function ask<Outcome>(
    channel: ChannelName,
    rule: RoomRule<Outcome>,
    options?: DecideOptions,
  ): Promise<Decided<Outcome>> {
    try {
      const newerThan = newestTold(channel);
      const decided = await store.decide(channel, rule, { ...options, newerThan });
      if (decided.isDoubtful) doubts.set(channel, 0);
      const dueInMs = dueOf(decided);
      alarms.set(channel, dueInMs);
      return decided;
    } catch (cause) {
      // What cannot be read now cannot be read later.
      const isHopeless = isClosed || cause instanceof UnreadableRoom;
      doubts.set(channel, isHopeless ? undefined : doubtMs);
      throw cause;
    }
  }

  function tell(channel: ChannelName, decided: Decided<unknown>, peer: PeerId, notices: Notice[]): void {
    const { before, room, version } = decided;
    const dueInMs = dueOf(decided);
    courier.carry(
      peer,
      {
        kind: 'notice',
        channel,
        notices,
        version,
        before: viewOf(before, peer),
        view: viewOf(room, peer),
        ...(dueInMs !== undefined && { dueInMs }),
      },
      'notice',
    );
  }

  function tellAll(channel: ChannelName, decided: Decided<unknown>): void {
    const byPeer = new Map<PeerId, Notice[]>();
    for (const notice of decided.notices) {
      const known = byPeer.get(notice.to);
      if (known) known.push(notice);
      else byPeer.set(notice.to, [notice]);
    }
    for (const [peer, notices] of byPeer) tell(channel, decided, peer, notices);
  }

  async function decide<Outcome>(
    channel: ChannelName,
    rule: RoomRule<Outcome>,
    answer?: (outcome: Outcome) => void,
  ): Promise<Outcome> {
    const decided = await ask(channel, rule);
    try {
      answer?.(decided.outcome);
    } catch (cause) {
      doubts.set(channel, doubtMs);
      throw cause;
    }
    tellAll(channel, decided);
    return decided.outcome;
  }

  async function lookAgain(channel: ChannelName, rule = passTime()): Promise<void> {
    const decided = await ask(channel, rule, { isFencing: true });
    tellAll(channel, decided);
    const peers = new Set(peersIn(channel));
    for (const { seat } of seatsOf(decided.room)) if (seat.presence === 'here') peers.add(seat.peer);
    for (const peer of peers) tell(channel, { ...decided, before: decided.room }, peer, []);
  }

  async function fence(channel: ChannelName, rule: RoomRule): Promise<void> {
    tellAll(channel, await ask(channel, rule, { isFencing: true }));
  }

  async function clearUp(channel: ChannelName): Promise<void> {
    // Until then nothing is granted, and what is held is looked at afterwards anyhow.
    if (!lease.isValid()) {
      doubts.set(channel, doubtMs);
      return;
    }
    await lookingAgain(() => lookAgain(channel));
    logger.debug({ channel }, 'it is known again what was decided about a room');
  }

  return {
    decide,
    decideForSure(channel, rule, isInDoubt) {
      let isFencing = isInDoubt;
      const attempt = async (): Promise<void> => {
        const options = { isFencing };
        isFencing = true;
        try {
          tellAll(channel, await ask(channel, rule, options));
        } catch (cause) {
          if (!(cause instanceof UnreadableRoom)) throw cause;
          onFault(cause);
        }
      };
      return insist(attempt, () => isClosed, onFault);
    },
    fence,
    lookAgain,
    remind(channel, dueInMs) {
      alarms.set(channel, dueInMs);
    },
    close() {
      isClosed = true;
      alarms.close();
      doubts.close();
    },
  };
}

function dueOf({ room, now }: Decided<unknown>): number | undefined {
  const deadline = nextDeadline(room);
  return deadline === undefined ? undefined : deadline - now;
}
