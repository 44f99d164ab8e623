// How long what is promised takes on a machine of its own. `npm test` checks that it happens at all, without a clock.
import { expect, it, onTestFinished } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { startCluster } from '../support/cluster.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { openClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';
import { connectClient } from '../support/room-client.js';
import { startRoomNodes } from '../support/room-nodes.js';
import { connectPair } from '../support/room-pair.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';
import { startServerProcess } from '../support/server-process.js';
import { connectPair as connectUsers, connectUser, logInUser, startCalls } from '../support/user-client.js';
import { logInKept, startUserNodes, talk } from '../support/user-nodes.js';
import { inMs, noteFigure } from '../support/figures.js';

interface Promised {
  what: string;
  withinMs: number;
  /** Prepares it. @returns what is timed */
  prepare: () => Promise<() => Promise<unknown>>;
}

const channel = 'room-42';
const callsOf = ({ port }: { port: number }): string => `ws://127.0.0.1:${port}/calls`;

const promised: Promised[] = [
  {
    what: '[R12] without an Ack the other is closed after ACK_TIMEOUT_MS, 200 ms',
    withinMs: 1500,
    async prepare() {
      const { url } = await startParley({ ackTimeoutMs: 200 });
      const { ann, bob } = await connectPair(url);
      return () => {
        ann.say('Bye', channel);
        return bob.ended;
      };
    },
  },
  {
    what: '[R15] who talks is answered while 35,000 CONNECT packets come in one POST',
    withinMs: 1000,
    async prepare() {
      const { url } = await startParley();
      const { ann } = await connectPair(url);
      const cy = await openRawPolling(url);
      const packets = Array.from({ length: 35_000 }, () => '40');
      return async () => {
        const posted = cy.post(...packets).catch(() => undefined);
        await ann.ask('check');
        await posted;
        await ann.ask('check');
      };
    },
  },
  {
    what: '[R16] a WebSocket that answers no ping is cut, with a heartbeat of 200 ms',
    withinMs: 1500,
    async prepare() {
      const { port } = await startParley({ heartbeatMs: 200 });
      const bob = await openRawSocketIo(port);
      bob.write(frameOf(`42["create or join","${channel}"]`));
      await bob.hears(/"created"/);
      return () => bob.closed;
    },
  },
  {
    what: '[R26] the seat of a page that has said that it leaves is free',
    withinMs: 7000,
    async prepare() {
      const { url } = await startParley({ graceMs: 60_000 });
      const { client: ann } = await takeSeat(url, 'websocket', channel, kept('a1'));
      const { client: bob } = await takeSeat(url, 'websocket', channel, kept('b1'));
      return async () => {
        await fetch(`${url}/leave`, { method: 'POST', body: JSON.stringify({ channel, seat: 'b1' }) });
        drop(bob);
        await ann.hears('bye');
      };
    },
  },
  {
    what: '[R27] a server closes although one reads nothing',
    withinMs: 1500,
    async prepare() {
      const { url, parley } = await startParley();
      await openRawPolling(url);
      return parley.close;
    },
  },
  {
    what: '[R27] a process with open connections ends after SIGTERM',
    withinMs: 5000,
    async prepare() {
      const server = await startServerProcess();
      await connectPair(server.url);
      return server.stop;
    },
  },
  {
    what: '[R27] the seats of a node that ends in good order are free on the others',
    withinMs: 4000,
    async prepare() {
      const { nodes } = await startRoomNodes();
      const [one, two] = nodes;
      const ann = await connectClient(one.url);
      const { client: bob } = await takeSeat(two.url, 'websocket', channel, kept('b1'));
      await enter(ann, channel);
      await bob.hears('ready');
      return () => Promise.all([one.parley.close(), bob.hears('bye')]);
    },
  },
  {
    what: '[R32] the seats of a node that dies are free on the others',
    withinMs: leaseMs + 2000,
    async prepare() {
      const { nodes } = await startCluster(2);
      const [ann, bob] = [await connectClient(nodes[0]?.url ?? ''), await connectClient(nodes[1]?.url ?? '')];
      await enter(ann, channel);
      await enter(bob, channel);
      await bob.hears('ready');
      return async () => {
        await nodes[0]?.kill();
        await bob.hears('bye');
      };
    },
  },
  {
    what: '[U4] the name of a holder who has fallen silent is free',
    withinMs: 6000,
    async prepare() {
      const { url } = await startCalls({ heartbeatMs: 0 });
      const ann = await logInUser(url, 'ann');
      ann.socket.pause();
      const again = await connectUser(url);
      return async () => {
        let isIn = false;
        while (!isIn) {
          again.say({ type: 'login', name: 'ann' });
          ({ success: isIn } = (await again.hears()) as { success: boolean });
        }
      };
    },
  },
  {
    what: '[U13] a server of the calls closes although one does not answer',
    withinMs: 2000,
    async prepare() {
      const { url, close } = await startCalls();
      const [ann] = await connectUsers(url);
      ann?.socket.pause();
      return close;
    },
  },
  {
    what: '[U27] a node dies in a call: the other hears leave',
    withinMs: leaseMs + 1000,
    async prepare() {
      const { nodes } = await startCluster(2);
      const [first = '', second = ''] = nodes.map(callsOf);
      const [ann] = await talk(await logInUser(first, 'ann'), await logInUser(second, 'bob'));
      return async () => {
        await nodes[1]?.kill();
        await ann.hears();
      };
    },
  },
  {
    what: '[U27] a node dies in a call of one who keeps its name for 1,500 ms: the other hears leave',
    withinMs: leaseMs + 1000 + 1500,
    async prepare() {
      const { nodes } = await startCluster(2, { env: { GRACE_MS: '1500' } });
      const [first = '', second = ''] = nodes.map(callsOf);
      const [bob] = await logInKept(second, 'bob');
      const [ann] = await talk(await logInUser(first, 'ann'), bob);
      return async () => {
        await nodes[1]?.kill();
        await ann.hears();
      };
    },
  },
  {
    what: '[U28] a login while Redis is silent is refused',
    withinMs: 1000,
    async prepare() {
      const { redis, urlOf } = await startUserNodes(1);
      const ann = await connectUser(urlOf(0));
      redis.freeze();
      onTestFinished(redis.thaw);
      return () => {
        ann.say({ type: 'login', name: 'ann' });
        return ann.hears();
      };
    },
  },
  {
    what: 'a silent path is noticed by an overdue receipt, and the message arrives on another',
    withinMs: 6000,
    async prepare() {
      const { url, port } = await startParley();
      const proxy = await startFaultProxy(port);
      const ann = await openClient(proxy.url, channel);
      await openClient(url, channel);
      await ann.channel.send('before');
      proxy.newest().silence();
      return () => ann.channel.send('after');
    },
  },
];

for (const { what, withinMs, prepare } of promised) {
  it(`${what} within ${withinMs} ms`, async (context) => {
    const act = await prepare();
    const startedAt = performance.now();
    await act();
    const ms = performance.now() - startedAt;
    noteFigure(context, what, inMs(ms), `within ${withinMs} ms`);
    expect(ms).toBeLessThan(withinMs);
  });
}
