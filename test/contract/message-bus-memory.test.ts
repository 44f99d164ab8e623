// The message bus of one process keeps what every message bus promises.
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import type { TestPayload } from '../support/message-bus-nodes.js';
import { messageBusContract } from './message-bus.contract.js';

messageBusContract('the message bus in memory', () =>
  Promise.resolve({
    buses: [createMemoryMessageBus<TestPayload>()],
    addressOf: (_node, id) => id,
    close: () => Promise.resolve(),
  }),
);
