// The message bus between three nodes on a real Redis keeps what every message bus promises, and what it costs is counted.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addressOn, envelopeFormat, type NodeId } from '../../server/cluster/address.js';
import { writeEnvelope } from '../../server/cluster/envelope.js';
import {
  createBusNode,
  nodeNamed,
  openBusNodes,
  openRawNode,
  type BusNode,
  type TestPayload,
} from '../support/message-bus-nodes.js';
import { createLogBook, levels } from '../support/log-book.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { messageBusContract } from './message-bus.contract.js';

let redis: RedisServer;
let round = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

async function open(count: number, options?: Parameters<typeof openBusNodes>[2]): Promise<BusNode[]> {
  round++;
  const ids = Array.from({ length: count }, (_, index) => nodeNamed(`n${round}.${index}`));
  return openBusNodes(redis.url, ids, options);
}

messageBusContract('the message bus on Redis', async () => {
  const nodes = await open(3);
  return {
    buses: nodes.map(({ bus }) => bus),
    addressOf: (node, id) => nodes[node % nodes.length]?.addressOf(id) ?? '',
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
});

async function scene(count: number, options?: Parameters<typeof openBusNodes>[2]) {
  const nodes = (await open(count, options)) as [BusNode, BusNode, ...BusNode[]];
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.close()));
  });
  const received: TestPayload[] = [];
  const [home, away] = nodes;
  home.bus.attach(home.addressOf('ann'), (each) => received.push(each));
  return { nodes, home, away, received, ann: home.addressOf('ann') };
}

const payload = (number: number): TestPayload => ({ from: 'bob', number });

describe('between nodes', () => {
  test.each([2, 3, 6])('a relay is one publish among %i nodes, and none inside one', async (count) => {
    const { home, away, received, ann } = await scene(count);
    const before = await redis.countCalls('publish');
    for (let number = 0; number < 50; number++) home.bus.send(ann, payload(number), 'relay');
    expect(received).toHaveLength(50);
    for (let number = 0; number < 100; number++) away.bus.send(ann, payload(number), 'relay');
    await expect.poll(() => received).toHaveLength(150);
    expect((await redis.countCalls('publish')) - before).toBe(100);
  });

  test('the same id on two topics is two connections', async () => {
    const { home, away, received, ann } = await scene(2);
    const others: TestPayload[] = [];
    home.otherTopic.attach(ann, (each) => others.push(each));
    away.otherTopic.send(ann, payload(1), 'assured');
    away.bus.send(ann, payload(2), 'assured');
    await expect.poll(() => [others, received]).toEqual([[payload(1)], [payload(2)]]);
  });

  test('assured payloads that could not be published arrive when Redis is back, in order, once; relayed ones may be lost', async () => {
    const { away, received, ann } = await scene(2);
    const assured = Array.from({ length: 200 }, (_, index) => index * 2);
    for (const number of assured) {
      away.bus.send(ann, payload(number), 'assured');
      away.bus.send(ann, payload(number + 1), 'relay');
      if (number === 100) await redis.cutConnections();
    }
    await expect.poll(() => received.at(-1)?.number).toBeGreaterThanOrEqual(398);
    const numbers = received.map(({ number }) => number);
    expect(numbers.filter((number) => number % 2 === 0)).toEqual(assured);
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  });

  test('an assured payload to a node that does not listen yet waits for it', async () => {
    const { home, away } = await scene(2);
    const late = nodeNamed(`late${round}`);
    away.bus.send(`ann@${late}`, payload(7), 'assured');
    away.bus.send(`ann@${late}`, payload(8), 'relay');
    // Behind it: what is sent to others is not held up.
    const others: TestPayload[] = [];
    home.bus.attach(home.addressOf('cy'), (each) => others.push(each));
    away.bus.send(home.addressOf('cy'), payload(9), 'assured');
    await expect.poll(() => others).toEqual([payload(9)]);
    const node = createBusNode(redis.url, late);
    onTestFinished(() => node.close());
    const received: TestPayload[] = [];
    // Before it listens: what comes for a connection that is not there is dropped.
    node.bus.attach(`ann@${late}`, (each) => received.push(each));
    await node.open();
    await expect.poll(() => received).toEqual([payload(7), payload(8)]);
  });

  test('what waits for a node that is dead is dropped', async () => {
    const gone = new Set<NodeId>();
    const { logger, lines } = createLogBook('info');
    const { away } = await scene(2, { gone, logger });
    const dead = nodeNamed(`dead${round}`);
    gone.add(dead);
    away.bus.send(`ann@${dead}`, payload(1), 'assured');
    await expect.poll(() => lines).toMatchObject([{ level: levels.info, node: dead, messages: 1 }]);
  });

  test('a lost connection to Redis tells each time that the node can be reached again', async () => {
    const { home } = await scene(2);
    let subscribed = 0;
    home.bus.onLoss(() => subscribed++);
    await redis.cutConnections();
    await expect.poll(() => subscribed).toBe(1);
    await redis.cutConnections();
    await expect.poll(() => subscribed).toBe(2);
  });

  test('a suspended node drops what is relayed, and delivers what is assured when it is valid again', async () => {
    const { home, away, received, ann } = await scene(2);
    home.lease.isHeld = false;
    away.bus.send(ann, payload(1), 'relay');
    away.bus.send(ann, payload(2), 'assured');
    away.bus.send(ann, payload(3), 'assured');
    // Later than all three: the node does not answer this either.
    expect(await away.bus.isAlive(home.addressOf('ann'))).toBeUndefined();
    expect(received).toEqual([]);
    home.lease.isHeld = true;
    // What comes at once is delivered, and behind what was kept.
    away.bus.send(ann, payload(4), 'relay');
    await expect.poll(() => received).toEqual([payload(2), payload(3), payload(4)]);
  });

  test('a suspended node that cannot keep everything reports a loss when it is valid', async () => {
    const { home, away } = await scene(2);
    let losses = 0;
    home.bus.onLoss(() => losses++);
    home.lease.isHeld = false;
    const before = await redis.countCalls('publish');
    const messages = 1200;
    for (let number = 0; number < messages; number++) {
      away.bus.send(home.addressOf(`guest-${number}`), payload(number), 'assured');
    }
    const last = home.addressOf('last');
    await expect.poll(() => redis.countCalls('publish')).toBeGreaterThanOrEqual(before + messages);
    expect(await away.bus.isAlive(last)).toBeUndefined();
    expect(losses).toBe(0);
    home.lease.isHeld = true;
    await expect.poll(() => losses).toBe(1);
  });

  test('a suspended node keeps 16 MiB at most', async () => {
    const { home, away, received, ann } = await scene(2);
    // A node would send again what is not answered in time, on a busy machine.
    const other = nodeNamed('raw');
    const { send } = await openRawNode(redis.url, other);
    let losses = 0;
    home.bus.onLoss(() => losses++);
    home.lease.isHeld = false;
    const from = 's'.repeat(1024 * 1024);
    const before = await redis.countCalls('publish');
    for (let number = 0; number < 20; number++) {
      const envelope = { topic: 'tests', to: 'ann', from: other, n: number + 1, payload: { from, number } };
      await send(home.node, writeEnvelope({ ...envelope, delivery: 'assured' }, envelopeFormat)).catch(
        () => {},
      );
    }
    await expect.poll(() => redis.countCalls('publish')).toBeGreaterThanOrEqual(before + 20);
    expect(await away.bus.isAlive(ann)).toBeUndefined();
    home.lease.isHeld = true;
    // An envelope is a little longer.
    const kept = Array.from({ length: 15 }, (_, number) => number);
    await expect.poll(() => [losses, received.map(({ number }) => number)]).toEqual([1, kept]);
  });

  test('a suspended node publishes nothing; what is assured goes out when it is valid again', async () => {
    const { away, received, ann } = await scene(2);
    away.lease.isHeld = false;
    const before = await redis.countCalls('publish');
    away.bus.send(ann, payload(1), 'relay');
    away.bus.send(ann, payload(2), 'assured');
    expect(await redis.countCalls('publish')).toBe(before);
    away.lease.isHeld = true;
    await expect.poll(() => received).toEqual([payload(2)]);
  });

  test('a node that does not answer a probe is left to its lease', async () => {
    const { away } = await scene(2);
    expect(await away.bus.isAlive(addressOn(nodeNamed(`silent${round}`), 'ann'))).toBeUndefined();
  });
});
