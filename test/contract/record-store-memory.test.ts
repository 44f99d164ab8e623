// The record store of one process keeps what every record store promises.
import { onTestFinished } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { recordStoreContract } from './record-store.contract.js';

recordStoreContract('the memory of one process', ({ type }) => {
  let now = 0;
  const store = createMemoryRecordStore(type, () => now);
  onTestFinished(() => store.close());
  return Promise.resolve({
    stores: [store],
    pass(ms) {
      now += ms;
    },
  });
});
