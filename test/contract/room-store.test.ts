// Runs the contract of the room stores on each of them.
import { onTestFinished } from 'vitest';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { roomStoreContract } from './room-store.contract.js';

roomStoreContract('the memory of one process', () => {
  const store = createMemoryRoomStore();
  onTestFinished(() => store.close());
  return Promise.resolve([store]);
});
