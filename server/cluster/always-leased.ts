// The lease of a single node in memory: it is alone, so nobody can give away what it holds.
import type { NodeLease } from './node-lease.js';

export const alwaysLeased: NodeLease = {
  node: undefined,
  epoch: 0,
  isValid: () => true,
  isReady: () => true,
  stateOf: () => Promise.resolve({ isAlive: true }),
  watch: () => () => {},
  onLapsed() {
    // There are no others.
  },
  onNewEpoch() {
    // It never ends.
  },
};
