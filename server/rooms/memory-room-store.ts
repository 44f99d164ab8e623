// Keeps the rooms of one process. An empty room is not kept at all.
import type { ChannelName } from '../protocol/parse-channel.js';
import { emptyRoom, type Room } from './room-rules.js';
import type { RoomStore } from './room-store.js';

export function createMemoryRoomStore(): RoomStore {
  const rooms = new Map<ChannelName, Room>();
  return {
    decide(channel, rule) {
      const decision = rule(rooms.get(channel) ?? emptyRoom);
      if (decision.room.phase === 'empty') rooms.delete(channel);
      else rooms.set(channel, decision.room);
      return Promise.resolve(decision);
    },
    close() {
      rooms.clear();
      return Promise.resolve();
    },
  };
}
