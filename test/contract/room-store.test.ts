// Runs the contract of the room stores on each of them.
import { onTestFinished } from 'vitest';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { roomStoreContract } from './room-store.contract.js';

roomStoreContract('the memory of one process', () => {
  let now = 0;
  const store = createMemoryRoomStore(() => now);
  onTestFinished(() => store.close());
  const clock = {
    pass(ms: number) {
      now += ms;
    },
  };
  return Promise.resolve({ stores: [store], clock });
});
