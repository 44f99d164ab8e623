// The store of one process keeps what every store of users promises.
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import { describeUserStore } from './user-store.contract.js';

describeUserStore('the store of users in memory', createMemoryUserStore);
