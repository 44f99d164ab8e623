// The courier between three nodes on a real Redis keeps what every courier promises, and what it costs is counted.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { channelOf } from '../../server/cluster/letter.js';
import { openCourierNodes, type CourierNode } from '../support/courier-nodes.js';
import { createLogBook, levels } from '../support/log-book.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { describeCourier, type TestParcel } from './courier.contract.js';

let redis: RedisServer;
let round = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

async function open(count: number, options?: Parameters<typeof openCourierNodes>[2]): Promise<CourierNode[]> {
  round++;
  const names = Array.from({ length: count }, (_, index) => `n${round}.${index}`);
  return openCourierNodes(redis.url, names, options);
}

describeCourier('the courier on Redis', async () => {
  const nodes = await open(3);
  return {
    couriers: nodes.map(({ courier }) => courier),
    addressOf: (node, id) => nodes[node % nodes.length]?.addressOf(id) ?? '',
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
});

async function scene(count: number, options?: Parameters<typeof openCourierNodes>[2]) {
  const nodes = (await open(count, options)) as [CourierNode, CourierNode, ...CourierNode[]];
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.close()));
  });
  const received: TestParcel[] = [];
  const [home, away] = nodes;
  home.courier.attach(home.addressOf('ann'), (parcel) => received.push(parcel));
  return { nodes, home, away, received, ann: home.addressOf('ann') };
}

const parcel = (number: number): TestParcel => ({ from: 'bob', number });

describe('between nodes', () => {
  test.each([2, 3, 6])('a relay is one publish among %i nodes, and none inside one', async (count) => {
    const { home, away, received, ann } = await scene(count);
    const before = await redis.countCalls('publish');
    for (let number = 0; number < 50; number++) home.courier.carry(ann, parcel(number), 'signal');
    expect(received).toHaveLength(50);
    for (let number = 0; number < 100; number++) away.courier.carry(ann, parcel(number), 'signal');
    await expect.poll(() => received).toHaveLength(150);
    expect((await redis.countCalls('publish')) - before).toBe(100);
  });

  test('the same id on two lines is two connections', async () => {
    const { home, away, received, ann } = await scene(2);
    const others: TestParcel[] = [];
    home.otherLine.attach(ann, (each) => others.push(each));
    away.otherLine.carry(ann, parcel(1), 'notice');
    away.courier.carry(ann, parcel(2), 'notice');
    await expect.poll(() => [others, received]).toEqual([[parcel(1)], [parcel(2)]]);
  });

  test('notices that could not be published arrive when Redis is back, in order, once; signals may be lost', async () => {
    const { away, received, ann } = await scene(2);
    const notices = Array.from({ length: 200 }, (_, index) => index * 2);
    for (const number of notices) {
      away.courier.carry(ann, parcel(number), 'notice');
      away.courier.carry(ann, parcel(number + 1), 'signal');
      if (number === 100) await redis.cutConnections();
    }
    await expect.poll(() => received.at(-1)?.number).toBeGreaterThanOrEqual(398);
    const numbers = received.map(({ number }) => number);
    expect(numbers.filter((number) => number % 2 === 0)).toEqual(notices);
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  });

  test('a notice to a node that does not listen yet waits for it', async () => {
    const { home, away } = await scene(2);
    const late = `late${round}` as NodeId;
    away.courier.carry(`ann@${late}`, parcel(7), 'notice');
    away.courier.carry(`ann@${late}`, parcel(8), 'signal');
    // Behind it: what is carried to others is not held up.
    const others: TestParcel[] = [];
    home.courier.attach(home.addressOf('cy'), (each) => others.push(each));
    away.courier.carry(home.addressOf('cy'), parcel(9), 'notice');
    await expect.poll(() => others).toEqual([parcel(9)]);
    const [node] = await openCourierNodes(redis.url, [late]);
    onTestFinished(() => node?.close());
    const received: TestParcel[] = [];
    node?.courier.attach(`ann@${late}`, (each) => received.push(each));
    await expect.poll(() => received).toEqual([parcel(7), parcel(8)]);
  });

  test('what waits for a node that is dead is dropped', async () => {
    const gone = new Set<NodeId>();
    const { logger, lines } = createLogBook('info');
    const { away } = await scene(2, { gone, logger });
    const dead = `dead${round}` as NodeId;
    gone.add(dead);
    away.courier.carry(`ann@${dead}`, parcel(1), 'notice');
    await expect.poll(() => lines).toMatchObject([{ level: levels.info, node: dead, notices: 1 }]);
  });

  test('a lost connection to Redis tells each time that the node can be reached again', async () => {
    const { home } = await scene(2);
    let subscribed = 0;
    home.courier.onLoss(() => subscribed++);
    await redis.cutConnections();
    await expect.poll(() => subscribed).toBe(1);
    await redis.cutConnections();
    await expect.poll(() => subscribed).toBe(2);
  });

  test('junk on the channel of a node is a fault in its log, and nothing else', async () => {
    const { logger, lines } = createLogBook('error');
    const { home, away, received, ann } = await scene(2, { logger });
    const whole = { line: 'tests', kind: 'signal', to: 'ann', from: 'x', n: 1 };
    const junk = [
      '',
      'not JSON',
      '[]',
      'null',
      '{"line":1}',
      JSON.stringify(whole),
      JSON.stringify({ ...whole, line: 'nobody', parcel: {} }),
      JSON.stringify({ ...whole, parcel: { from: 1 } }),
      JSON.stringify({ ...whole, n: '1', parcel: parcel(1) }),
      JSON.stringify({ ...whole, line: 'probes', parcel: { ask: 'who?' } }),
      '['.repeat(100_000),
    ];
    for (const text of junk) await redis.cli('publish', channelOf(home.node), text);
    away.courier.carry(ann, parcel(1), 'signal');
    await expect.poll(() => received).toEqual([parcel(1)]);
    expect(lines).toHaveLength(junk.length);
    expect(JSON.stringify(lines)).not.toContain('who?');
  });

  test('a suspended node hears no signal, and heeds a notice when it is valid again', async () => {
    const { home, away, received, ann } = await scene(2);
    home.lease.isHeld = false;
    away.courier.carry(ann, parcel(1), 'signal');
    away.courier.carry(ann, parcel(2), 'notice');
    away.courier.carry(ann, parcel(3), 'notice');
    await expect.poll(() => away.courier.isAlive(home.addressOf('ann'))).toBe(true);
    expect(received).toEqual([]);
    home.lease.isHeld = true;
    // What comes at once is heard, and behind what was kept.
    away.courier.carry(ann, parcel(4), 'signal');
    await expect.poll(() => received).toEqual([parcel(2), parcel(3), parcel(4)]);
  });

  test('a suspended node that cannot keep all notices has everything read again when it is valid', async () => {
    const { home, away } = await scene(2);
    let readAgain = 0;
    home.courier.onLoss(() => readAgain++);
    home.lease.isHeld = false;
    const before = await redis.countCalls('publish');
    const notices = 1200;
    for (let number = 0; number < notices; number++) {
      away.courier.carry(home.addressOf(`guest-${number}`), parcel(number), 'notice');
    }
    const last = home.addressOf('last');
    await expect.poll(() => redis.countCalls('publish')).toBeGreaterThanOrEqual(before + notices);
    expect(await away.courier.isAlive(last)).toBe(true);
    expect(readAgain).toBe(0);
    home.lease.isHeld = true;
    await expect.poll(() => readAgain).toBe(1);
  });

  test('a suspended node publishes nothing; its notices go out when it is valid again', async () => {
    const { away, received, ann } = await scene(2);
    away.lease.isHeld = false;
    const before = await redis.countCalls('publish');
    away.courier.carry(ann, parcel(1), 'signal');
    away.courier.carry(ann, parcel(2), 'notice');
    expect(await redis.countCalls('publish')).toBe(before);
    away.lease.isHeld = true;
    await expect.poll(() => received).toEqual([parcel(2)]);
  });

  test('a node that does not answer a probe is left to its lease', async () => {
    const { away } = await scene(2);
    expect(await away.courier.isAlive(`ann@silent${round}`)).toBe(true);
  });
});
