// One queue a connection of the calls, with a store that is slow: how much may wait. [U18]
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createAdmission } from '../../server/connections/admission.js';
import { createHeartbeat } from '../../server/connections/heartbeat.js';
import { createLogger } from '../../server/platform/logger.js';
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import { openUserGateway } from '../../server/users/user-gateway.js';
import type { UserStore } from '../../server/users/user-store.js';
import { noIceServers } from '../support/no-ice-servers.js';
import { connectUser, logInUser } from '../support/user-client.js';

const large = { type: 'candidate', name: 'bob', candidate: 'é'.repeat(30_000) };
const largeBytes = Buffer.byteLength(JSON.stringify(large));
const fits = Math.floor((4 * 1024 * 1024) / largeBytes);

test('[U18] 4 MiB wait and are all answered', async () => {
  const { url, hold, release } = await startSlowCalls();
  const ann = await logInUser(url, 'ann');
  hold();
  ann.say({ type: 'leave', name: 'cy' });
  for (let times = 0; times < fits; times++) ann.say(large);
  // Answered when all before it has been taken.
  ann.socket.ping();
  await once(ann.socket, 'pong');
  release();
  const heard = await ann.hearsAll();
  expect(heard).toHaveLength(1 + fits);
});

test('[U18] above 4 MiB the next message is too many and ends the connection; others are let be', async () => {
  const { url, hold, release } = await startSlowCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await connectUser(url);
  hold();
  ann.say({ type: 'leave', name: 'cy' });
  for (let times = 0; times <= fits; times++) ann.say(large);
  expect(await ann.hears()).toMatchObject({ type: 'error', code: 'too-many' });
  expect(await ann.closed).toBe(1008);
  release();
  bob.say({ type: 'login', name: 'bob' });
  expect(await bob.hears()).toMatchObject({ type: 'login', success: true });
});

interface SlowCalls {
  url: string;
  /** From now on decisions wait. */
  hold(): void;
  release(): void;
}

async function startSlowCalls(): Promise<SlowCalls> {
  const inner = createMemoryUserStore();
  let held: Promise<void> | undefined;
  let release = (): void => {};
  const store: UserStore = {
    ...inner,
    async decide(names, rule) {
      await held;
      return inner.decide(names, rule);
    },
  };
  const heartbeat = createHeartbeat(0);
  const gateway = openUserGateway({
    store,
    courier: createMemoryCourier(),
    lease: alwaysLeased,
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
    heartbeat,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    onOriginRefused: () => {},
    iceServers: noIceServers,
    settings: { graceMs: 1000, maxMessageBytes: 65_536, trustProxy: false, userList: true },
  });
  const server = createServer().on('upgrade', gateway.handleUpgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    release();
    server.close();
    gateway.close();
    await heartbeat.close();
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold() {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
  };
}
