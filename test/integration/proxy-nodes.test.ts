// Two nodes behind the nginx that is shipped. They share nothing, so whoever lands on the wrong one is alone there.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ask } from '../support/http-ask.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { startParley, type StartedParley } from '../support/parley.js';
import { connectClient, transports, type Transport } from '../support/room-client.js';

// Hundreds of connections, in one process, on whatever machine.
vi.setConfig({ testTimeout: 60_000 });

const sessions = 50;
const channels = 40;

let nodes: StartedParley[];
let nginx: Nginx;

beforeEach(async () => {
  nodes = [await startParley({ trustProxy: true }), await startParley({ trustProxy: true })];
  nginx = await startNginx(nodes.map(({ port }) => port));
});

/** Enters as the client library does: with a hash of the channel's name in each request. */
async function enter(channel: string, transport: Transport): Promise<string> {
  const client = await connectClient(`${nginx.url}/?shard=${shardOf(channel)}`, { transport });
  const { status } = (await client.ask('create or join', channel)) as { status: string };
  return status;
}

function shardOf(channel: string): string {
  return Buffer.from(channel).toString('hex');
}

describe('two nodes behind nginx', () => {
  it.each(transports)(
    `both peers of each of ${channels} channels meet on one node, over %s`,
    async (transport) => {
      const names = Array.from({ length: channels }, (_, index) => `room-${index}`);
      for (const status of ['created', 'joined', 'full']) {
        const statuses = await Promise.all(names.map((name) => enter(name, transport)));
        expect(new Set(statuses)).toEqual(new Set([status]));
      }
    },
  );

  it(`${sessions} long-polling sessions stay where they began, and each node has some`, async () => {
    const clients = await Promise.all(
      Array.from({ length: sessions }, (_, index) =>
        connectClient(`${nginx.url}/?shard=s${index}`, { transport: 'polling' }),
      ),
    );
    for (let turn = 0; turn < 5; turn++) {
      await Promise.all(clients.map(({ socket }) => socket.emitWithAck('check')));
    }
    expect(clients.filter(({ socket }) => !socket.connected)).toEqual([]);
    const passed = nginx.requests();
    expect(passed.filter(({ status }) => status !== 200)).toEqual([]);
    expect(passed.length).toBeGreaterThan(sessions * 5);
    expect(new Set(passed.flatMap((each) => each.nodes)).size).toBe(2);
  });

  it('clients that send no shard stay by their address, and each node has some', async () => {
    const statuses = await Promise.all(
      Array.from({ length: sessions }, (_, index) => pollByHand(nginx.port, `127.0.0.${index + 2}`)),
    );
    expect(statuses.flat().filter((status) => status !== 200)).toEqual([]);
    expect(new Set(nginx.requests().flatMap((each) => each.nodes)).size).toBe(2);
  });

  it('a node that is gone is left at once: whoever comes is let in at the first try', async () => {
    await nodes[0]?.parley.close();
    const names = Array.from({ length: 20 }, (_, index) => `room-${index}`);
    for (const transport of transports) {
      const statuses = await Promise.all(names.map((name) => enter(`${transport} ${name}`, transport)));
      expect(new Set(statuses)).toEqual(new Set(['created']));
    }
    expect(nginx.requests().filter(({ status }) => status >= 400)).toEqual([]);
  });

  it('when both go and come back in turn, whoever comes is let in at the first try', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `room-${index}`);
    // Those who have come stay connected: nginx takes a WebSocket for a request that has not ended yet.
    await Promise.all(names.map((name) => enter(`before ${name}`, 'websocket')));
    for (const turn of [0, 1, 0, 1]) {
      const node = nodes[turn];
      if (!node) throw new Error('There is no such node.');
      await node.parley.close();
      await Promise.all(names.map((name) => enter(`without ${turn} ${name}`, 'websocket')));
      nodes[turn] = await startParley({ trustProxy: true, port: node.port });
      await Promise.all(names.map((name) => enter(`with ${turn} ${name}`, 'websocket')));
    }
    expect(nginx.requests().filter(({ status }) => status >= 400)).toEqual([]);
  });

  it('a node that comes back has its own channels again', async () => {
    const [first] = nodes;
    if (!first) throw new Error('There is no such node.');
    const address = `127.0.0.1:${first.port}`;
    let shard = 0;
    while ((await nodeOf(shard)) !== address) shard++;
    await first.parley.close();
    expect(await nodeOf(shard)).not.toBe(address);
    await startParley({ trustProxy: true, port: first.port });
    expect(await nodeOf(shard)).toBe(address);
  });
});

/** Asks for something of its own, by which one finds it in the log. */
async function nodeOf(shard: number): Promise<string | undefined> {
  const path = `/nowhere/${nginx.requests().length}/${shard}`;
  const find = () => nginx.requests().find((request) => request.path === path);
  await ask(nginx.port, `${path}?shard=${shard}`);
  await expect.poll(find).toBeDefined();
  return find()?.nodes.at(-1);
}

/** A session of long-polling from this address: it opens, says a thing, and asks for an answer. */
async function pollByHand(port: number, localAddress: string): Promise<(number | undefined)[]> {
  const path = '/socket.io/?EIO=4&transport=polling';
  const opened = await send(port, localAddress, path);
  const { sid } = JSON.parse(opened.body.slice(1)) as { sid: string };
  const session = `${path}&sid=${sid}`;
  const said = await send(port, localAddress, session, '40');
  const heard = await send(port, localAddress, session);
  return [opened.status, said.status, heard.status];
}

async function send(port: number, localAddress: string, path: string, body?: string) {
  const asking = request({
    port,
    host: '127.0.0.1',
    localAddress,
    path,
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'text/plain' },
    agent: false,
  });
  const answer = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    asking.on('error', reject);
    asking.on('response', (response) => {
      void text(response).then((all) => resolve({ status: response.statusCode, body: all }), reject);
    });
  });
  asking.end(body);
  return answer;
}
