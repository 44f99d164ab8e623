// The courier of one process keeps what every courier promises.
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { describeCourier, type TestParcel } from './courier.contract.js';

describeCourier('the courier in memory', () =>
  Promise.resolve({
    couriers: [createMemoryCourier<TestParcel>()],
    addressOf: (_node, id) => id,
    close: () => Promise.resolve(),
  }),
);
