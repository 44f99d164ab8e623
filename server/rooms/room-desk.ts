// Where rooms are decided: runs a rule through the store, sends the notices, and comes back to a room when
// something in it runs out by itself.
import type { Courier } from '../cluster/courier.js';
import { createAlarmClock } from '../platform/alarm-clock.js';
import { insist } from '../platform/insist.js';
import type { Logger } from '../platform/logger.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import type { RoomRule } from './decision.js';
import type { RoomParcel } from './room-parcel.js';
import { passTime } from './room-rules.js';
import type { RoomStore } from './room-store.js';
import { nextDeadline } from './room.js';

export interface RoomDesk {
  /**
   * @param answer hears the outcome before any notice is sent
   * @throws what the store throws
   */
  decide<Outcome>(
    channel: ChannelName,
    rule: RoomRule<Outcome>,
    answer?: (outcome: Outcome) => void,
  ): Promise<Outcome>;
  /** Decides it also when the store fails, as soon as it is back: for ends, after which nobody asks again. */
  decideForSure(channel: ChannelName, rule: RoomRule): Promise<void>;
  /** No room is looked at again. */
  close(): void;
}

export interface RoomDeskParts {
  store: RoomStore;
  courier: Courier<RoomParcel>;
  logger: Logger;
}

export function createRoomDesk({ store, courier, logger }: RoomDeskParts): RoomDesk {
  let isClosed = false;
  const onFault = (cause: unknown): void => {
    logger.error({ err: cause }, 'a room could not be decided');
  };
  const alarms = createAlarmClock((channel: ChannelName) => decide(channel, passTime()), onFault);

  /** The rule learns the time from the store; the time to wait follows from the same one. */
  function timed<Outcome>(rule: RoomRule<Outcome>): RoomRule<{ outcome: Outcome; now: number }> {
    return (room, now) => {
      const decision = rule(room, now);
      return { ...decision, outcome: { outcome: decision.outcome, now } };
    };
  }

  async function decide<Outcome>(
    channel: ChannelName,
    rule: RoomRule<Outcome>,
    answer?: (outcome: Outcome) => void,
  ): Promise<Outcome> {
    const { room, notices, outcome } = await store.decide(channel, timed(rule));
    const deadline = nextDeadline(room);
    alarms.set(channel, deadline === undefined ? undefined : deadline - outcome.now);
    answer?.(outcome.outcome);
    for (const notice of notices) courier.carry(notice.to, { kind: 'notice', notice });
    return outcome.outcome;
  }

  return {
    decide,
    decideForSure: (channel, rule) =>
      insist(
        () => decide(channel, rule),
        () => isClosed,
        onFault,
      ),
    close() {
      isClosed = true;
      alarms.close();
    },
  };
}
