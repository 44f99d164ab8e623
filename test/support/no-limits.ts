// What limits addresses, with any number of connections.
import type { Scheduler } from '../../server/timing/scheduler.js';
import { createFailureLimiter, type FailureLimiter } from '../../server/transport/failure-limiter.js';
import { createOpenConnections, type OpenConnections } from '../../server/transport/open-connections.js';

export function noLimits(scheduler: Scheduler): { connections: OpenConnections; failures: FailureLimiter } {
  return {
    connections: createOpenConnections({
      scheduler,
      settings: { maxConnections: 0, maxConnectionsPerAddress: 0 },
      onRefused: () => {},
    }),
    failures: createFailureLimiter(),
  };
}
