// Keeps the rooms of a whole cluster in Redis, one key a room: reads a room, runs the rule, and writes only if nobody
// wrote in between. Leaves the rules to room-rules, the text to room-record, and who is alive to the node's lease.
import { nodeOf } from '../cluster/address.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { createBudget, type Budget } from '../platform/budget.js';
import { decisionMs, RedisRefusal } from '../platform/redis-client.js';
import { createTurns } from '../platform/turns.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import type { RoomRule } from './decision.js';
import { dropLapsed, type LapsedSeat } from './lapse-rules.js';
import {
  isSameState,
  msToKeep,
  readRecord,
  stampSeats,
  writeRecord,
  type RoomRecord,
} from './room-record.js';
import type { RoomTexts, StoredText } from './room-scripts.js';
import type { Decided, DecideOptions, RoomStore } from './room-store.js';
import { seatsOf } from './room.js';

export interface RedisRoomStoreParts {
  texts: RoomTexts;
  lease: Pick<NodeLease, 'node' | 'epoch' | 'stateOf'>;
  graceMs: number;
}

/** What a rule made of a room, and the record that says so. */
interface Proposal<Outcome> {
  decided: Decided<Outcome>;
  current: RoomRecord;
  next: RoomRecord;
}

export function createRedisRoomStore({ texts, lease, graceMs }: RedisRoomStoreParts): RoomStore {
  // Then two decisions of this node about one room never have to be run again because of each other.
  const inTurn = createTurns<ChannelName>();
  let failedAt = -Infinity;

  /** The seats of other nodes whose lease has run out. Those of this node stand, in its own eyes. */
  async function lapsedSeats({ room, epochs }: RoomRecord): Promise<LapsedSeat[]> {
    const states = seatsOf(room).map(async ({ seat: { peer, presence } }): Promise<LapsedSeat[]> => {
      const node = nodeOf(peer);
      if (presence === 'away' || node === undefined || node === lease.node) return [];
      const state = await lease.stateOf(node, epochs.get(peer) ?? 0);
      return state.isAlive ? [] : [{ peer, lapsedAt: state.lapsedAt }];
    });
    return (await Promise.all(states)).flat();
  }

  async function propose<Outcome>(
    { text, nowUs }: StoredText,
    rule: RoomRule<Outcome>,
    newerThan: number,
    budget: Budget,
  ): Promise<Proposal<Outcome>> {
    const current = readRecord(text);
    const lapsed = await budget.of(lapsedSeats(current));
    const { epoch } = lease;
    const now = Math.floor(nowUs / 1000);
    const dropped = dropLapsed(current.room, lapsed, graceMs, now);
    const decision = rule(dropped.room, now);
    const { room } = decision;
    // Redis may come back without the record, and with a clock that is behind.
    const version = Math.max(current.version + 1, nowUs, newerThan + 1);
    const notices = [...dropped.notices, ...decision.notices];
    const epochs = stampSeats(room, current.epochs, lease.node, epoch);
    return {
      decided: { ...decision, notices, before: current.room, now, version },
      current,
      next: { version, room, epochs },
    };
  }

  async function decide<Outcome>(
    channel: ChannelName,
    rule: RoomRule<Outcome>,
    { isFencing = false, newerThan = 0 }: DecideOptions,
    budget: Budget,
  ): Promise<Decided<Outcome>> {
    let doubt: { isDoubtful?: true } = {};
    let stored = await texts.read(channel, budget.leftMs());
    for (;;) {
      const { epoch } = lease;
      const { decided, current, next } = await propose(stored, rule, newerThan, budget);
      const isTold = decided.notices.length > 0;
      if (!isFencing && !isTold && isSameState(current, next)) {
        // That there is no record is news, too: it may be because Redis has lost it.
        const version = stored.text === '' ? decided.version : current.version;
        return { ...decided, ...doubt, version };
      }
      const text = writeRecord(next);
      const other = await replace(channel, stored.text, text, msToKeep(next.room, decided.now), budget);
      const isWritten = other === undefined || other.text === text;
      if (isWritten && lease.epoch === epoch) return { ...decided, ...doubt };
      // What was written, or may have been, is decided again: a seat of an epoch that has ended counts as lapsed.
      if (isWritten || other.isLate) doubt = { isDoubtful: true };
      stored = other ?? (await texts.read(channel, budget.leftMs()));
    }
  }

  /** @returns what is there now; undefined: surely what was to be written. `isLate`: it may have been, for a while */
  async function replace(
    channel: ChannelName,
    text: string,
    next: string,
    keepMs: number,
    budget: Budget,
  ): Promise<(StoredText & { isLate?: true }) | undefined> {
    try {
      return await texts.replace(channel, text, next, keepMs, budget.leftMs());
    } catch (cause) {
      if (cause instanceof RedisRefusal) throw cause;
      return { ...(await texts.read(channel, budget.leftMs())), isLate: true };
    }
  }

  return {
    decide(channel, rule, options = {}) {
      const askedAt = performance.now();
      return inTurn(channel, async () => {
        // Who has waited for others whom Redis did not answer has only the rest of its time.
        const waitedMs = failedAt > askedAt ? performance.now() - askedAt : 0;
        try {
          return await decide(channel, rule, options, createBudget(Math.max(0, decisionMs - waitedMs)));
        } catch (cause) {
          failedAt = performance.now();
          throw cause;
        }
      });
    },
    close: () => Promise.resolve(),
  };
}
