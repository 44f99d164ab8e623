// The kinds of records that the tests of the record stores keep: rooms and users as the server stores them, and a small
// kind of their own.
import * as v from 'valibot';
import { roomKeys, userKeys } from '../../server/choose-backing.js';
import { count } from '../../server/cluster/envelope.js';
import type { RecordKeys } from '../../server/kernel/record-scripts.js';
import type { IsKept, RecordType } from '../../server/kernel/record-store.js';
import type { RecordCodec } from '../../server/kernel/record-text.js';
import { roomRecords } from '../../server/rooms/room-domain.js';
import { roomCodec } from '../../server/rooms/room-record.js';
import type { Room } from '../../server/rooms/room.js';
import { userRecords } from '../../server/users/user-domain.js';
import { userCodec } from '../../server/users/user-record.js';
import type { User } from '../../server/users/user.js';

export interface RecordKind<State> {
  type: RecordType<State>;
  codec: RecordCodec<State>;
  keys: RecordKeys;
}

/** A text that some connections hold, or that is kept for a while. */
export interface Slot {
  text: string;
  holders: readonly string[];
  until?: number;
}

export const noSlot: Slot = { text: '', holders: [] };

const slotRecord = v.object({
  version: count,
  slot: v.object({ text: v.string(), holders: v.array(v.string()), until: v.exactOptional(v.number()) }),
  epochs: v.array(v.tuple([v.string(), count])),
});

export const slotKind: RecordKind<Slot> = {
  type: {
    none: noSlot,
    connectionsOf: ({ holders }) => holders,
    keepUntil: ({ until }) => until,
  },
  codec: {
    schema: v.pipe(
      slotRecord,
      v.transform(({ version, slot, epochs }) => {
        return { version, state: slot, epochs: new Map<string, number>(epochs) };
      }),
    ),
    write: ({ version, state, epochs }) => ({ fields: { version, slot: state, epochs: [...epochs] } }),
  },
  keys: { prefix: 'test:{slots}:slot:', index: 'test:{slots}:index' },
};

/** Some connection of it is alive, or its time is not over. */
export const isSlotKept: IsKept<Slot> = (_key, { holders, until = 0 }, now, dead) => {
  return until > now || holders.some((holder) => !dead.some(({ address }) => address === holder));
};

export const roomKind: RecordKind<Room> = { type: roomRecords, codec: roomCodec, keys: roomKeys };

export const userKind: RecordKind<User> = { type: userRecords, codec: userCodec, keys: userKeys };
