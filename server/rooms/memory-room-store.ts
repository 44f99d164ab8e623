// Keeps the rooms of one process. A room of which nothing is left is not kept at all.
import type { ChannelName } from '../protocol/parse-channel.js';
import { emptyRoom, type Room } from './room.js';
import type { RoomStore } from './room-store.js';

/** @param now ms, only going forward */
export function createMemoryRoomStore(now: () => number = () => performance.now()): RoomStore {
  const rooms = new Map<ChannelName, Room>();
  return {
    decide(channel, rule) {
      const decision = rule(rooms.get(channel) ?? emptyRoom, now());
      const { room } = decision;
      if (room.phase === 'empty' && room.ended === undefined) rooms.delete(channel);
      else rooms.set(channel, room);
      return Promise.resolve(decision);
    },
    close() {
      rooms.clear();
      return Promise.resolve();
    },
  };
}
