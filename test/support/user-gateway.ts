// The real gateway of the calls on a socket of this machine, with a store that a test can slow down, break or fill.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { createCounters } from '../../server/observability/counters.js';
import { createLogger, type Logger } from '../../server/observability/logger.js';
import { createScheduler, type Scheduler } from '../../server/timing/scheduler.js';
import { createAdmission } from '../../server/transport/admission.js';
import { createClientAddress } from '../../server/transport/client-address.js';
import { createFailureLimiter, type FailureLimiter } from '../../server/transport/failure-limiter.js';
import { createHeartbeat } from '../../server/transport/heartbeat.js';
import { openUserGateway } from '../../server/users/user-gateway.js';
import type { User } from '../../server/users/user.js';
import { noIceServers } from './no-ice-servers.js';
import { noLimits } from './no-limits.js';
import { noRate } from './no-rate.js';

export interface UserGatewayOptions {
  graceMs?: number;
  /** Default: none. */
  heartbeatMs?: number;
  /** Default: a silent one. */
  logger?: Logger;
  /** Default: one on the real clock. */
  scheduler?: Scheduler;
  /** Default: one on the real clock. */
  failures?: FailureLimiter;
}

/** @returns its address */
export async function startUserGateway(
  store: RecordStore<User>,
  {
    graceMs = 1000,
    heartbeatMs = 0,
    logger = createLogger({ logLevel: 'silent', logFormat: 'json' }),
    scheduler = createScheduler(() => {}),
    failures = createFailureLimiter(),
  }: UserGatewayOptions = {},
): Promise<string> {
  const heartbeat = createHeartbeat(heartbeatMs, scheduler);
  const gateway = openUserGateway({
    store,
    bus: createMemoryMessageBus(),
    lease: singleNodeLease,
    scheduler,
    counters: createCounters(),
    logger,
    heartbeat,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    onOriginRefused: () => {},
    rate: noRate,
    addressOf: createClientAddress(false, logger),
    connections: noLimits(scheduler).connections,
    failures,
    iceServers: noIceServers,
    settings: { graceMs, yieldMs: 5000, maxMessageBytes: 65_536, userList: true },
  });
  const server = createServer().on('upgrade', gateway.handleUpgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.close();
    gateway.close();
    await heartbeat.close();
    scheduler.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
