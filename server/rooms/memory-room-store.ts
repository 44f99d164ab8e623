// Keeps the rooms of one process. A room of which nothing is left is not kept at all.
import type { ChannelName } from '../protocol/parse-channel.js';
import { emptyRoom, type Room } from './room.js';
import type { RoomStore } from './room-store.js';

/** @param clock ms, only going forward */
export function createMemoryRoomStore(clock: () => number = () => performance.now()): RoomStore {
  const rooms = new Map<ChannelName, Room>();
  let version = 0;
  return {
    decide(channel, rule, { newerThan = 0 } = {}) {
      const before = rooms.get(channel) ?? emptyRoom;
      const now = clock();
      const decision = rule(before, now);
      const { room } = decision;
      if (room.phase === 'empty' && room.ended === undefined) rooms.delete(channel);
      else rooms.set(channel, room);
      version = Math.max(version, newerThan) + 1;
      return Promise.resolve({ ...decision, before, now, version });
    },
    close() {
      rooms.clear();
      return Promise.resolve();
    },
  };
}
