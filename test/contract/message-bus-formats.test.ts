// What travels between nodes through a real Redis: in the format that the other node reads, also one of the previous
// release; and what nobody can read, which is a fault in the log and nothing else.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import { createLogBook, levels } from '../support/log-book.js';
import { nodeNamed, openBusNodes, openRawNode, type TestPayload } from '../support/message-bus-nodes.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';

let redis: RedisServer;
let round = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

/** A node with a connection, and another one that the test plays. @param idOf the id of that one, from a name */
async function scene(idOf: (name: string) => NodeId) {
  round++;
  const { logger, lines } = createLogBook('error');
  const [home] = await openBusNodes(redis.url, [nodeNamed(`home${round}`)], { logger });
  if (!home) throw new Error('there is no node');
  onTestFinished(home.close);
  const received: TestPayload[] = [];
  const ann = home.addressOf('ann');
  home.bus.attach(ann, (payload) => received.push(payload));
  const other = idOf(`other${round}`);
  const { received: travelled, send } = await openRawNode(redis.url, other);
  return { home, ann, received, lines, other, bob: addressOn(other, 'bob'), travelled, send };
}

/** Of a node whose id does not say what it reads. */
const ofPreviousRelease = (name: string): NodeId => `${name}.random` as NodeId;

const payload = (number: number): TestPayload => ({ from: 'cy', number });

describe('a node of the previous release', () => {
  test('is sent envelopes with the field names that it reads, and payloads in its own form', async () => {
    const { home, bob, travelled } = await scene(ofPreviousRelease);
    const { node: from } = home;
    home.bus.send(bob, payload(1), 'assured');
    home.bus.send(bob, payload(2), 'relay');
    home.otherTopic.send(bob, payload(3), 'assured');
    await expect.poll(() => travelled).toHaveLength(3);
    expect(travelled).toContainEqual({
      line: 'tests',
      kind: 'notice',
      to: 'bob',
      from,
      n: 1,
      parcel: ['cy', 1],
    });
    expect(travelled).toContainEqual({
      line: 'tests',
      kind: 'signal',
      to: 'bob',
      from,
      n: 2,
      parcel: ['cy', 2],
    });
    expect(travelled).toContainEqual({
      line: 'others',
      kind: 'notice',
      to: 'bob',
      from,
      n: 3,
      parcel: ['cy', 3],
    });
  });

  test('is sent nothing that it does not know, and is not held up by it', async () => {
    const { home, bob, travelled } = await scene(ofPreviousRelease);
    home.bus.send(bob, payload(-1), 'assured');
    home.bus.send(bob, payload(2), 'assured');
    await expect.poll(() => travelled).toMatchObject([{ parcel: ['cy', 2] }]);
  });

  test('has its envelopes delivered, each once', async () => {
    const { home, received, lines, other, send } = await scene(ofPreviousRelease);
    const envelope = { line: 'tests', kind: 'notice', to: 'ann', from: other };
    for (const n of [1, 1, 2]) await send(home.node, { ...envelope, n, parcel: ['cy', n] });
    await send(home.node, { ...envelope, kind: 'signal', n: 3, parcel: ['cy', 3] });
    await expect.poll(() => received).toEqual([payload(1), payload(2), payload(3)]);
    expect(lines).toEqual([]);
  });

  test('keeps the meaning of an assured payload: a suspended node delivers it later, and drops what is relayed', async () => {
    const { home, received, other, send } = await scene(ofPreviousRelease);
    home.lease.isHeld = false;
    const envelope = { line: 'tests', to: 'ann', from: other };
    await send(home.node, { ...envelope, kind: 'signal', n: 1, parcel: ['cy', 1] });
    await send(home.node, { ...envelope, kind: 'notice', n: 2, parcel: ['cy', 2] });
    // Later than both.
    expect(await home.bus.isAlive(addressOn(other, 'bob'))).toBeUndefined();
    home.lease.isHeld = true;
    await expect.poll(() => received).toEqual([payload(2)]);
  });

  test('is asked whether a connection is alive in its own words, and answered in them', async () => {
    const { home, bob, other, travelled, send } = await scene(ofPreviousRelease);
    const envelope = { line: 'probes', kind: 'signal', to: '' };
    home.bus.answerProbes((address) => Promise.resolve(address === home.addressOf('ann')));
    const isAlive = home.bus.isAlive(bob);
    await expect.poll(() => travelled).toHaveLength(1);
    const question = { ask: 1, line: 'tests', id: 'bob' };
    expect(travelled).toEqual([{ ...envelope, from: home.node, n: 1, parcel: question }]);
    await send(home.node, { ...envelope, from: other, n: 1, parcel: { answered: 1, isAlive: false } });
    expect(await isAlive).toBe(false);
    for (const [index, id] of ['ann', 'nobody'].entries()) {
      const parcel = { ask: index, line: 'tests', id };
      await send(home.node, { ...envelope, from: other, n: 2 + index, parcel });
    }
    await expect
      .poll(() => travelled.slice(1))
      .toMatchObject([
        { ...envelope, parcel: { answered: 0, isAlive: true } },
        { ...envelope, parcel: { answered: 1, isAlive: false } },
      ]);
  });
});

describe('a node of this release, and one of a newer one', () => {
  test.each([
    ['this release', nodeNamed],
    ['a newer one', (name: string) => `${name}.random~3` as NodeId],
  ])('are sent envelopes in the newest format that this release writes: %s', async (_release, idOf) => {
    const { home, bob, travelled } = await scene(idOf);
    const { node: from } = home;
    home.bus.send(bob, payload(-1), 'assured');
    const envelope = { format: 2, topic: 'tests', delivery: 'assured', to: 'bob', from, n: 1 };
    await expect.poll(() => travelled).toEqual([{ ...envelope, payload: payload(-1) }]);
  });

  test('an envelope of an unknown format is dropped unless this release can read it, and does no harm', async () => {
    const { home, received, lines, other, send } = await scene((name) => `${name}.random~9` as NodeId);
    const envelope = { topic: 'tests', delivery: 'assured', to: 'ann', from: other };
    const unreadable = JSON.stringify({ format: 9, about: 'tests', text: 'hush' });
    await send(home.node, unreadable);
    await send(home.node, { ...envelope, format: 9, n: 1, payload: { ...payload(1), more: true } });
    await send(home.node, { ...envelope, format: 2, n: 2, payload: payload(2) });
    await expect.poll(() => received).toMatchObject([payload(1), payload(2)]);
    expect(lines).toMatchObject([{ level: levels.error, bytes: unreadable.length }]);
    expect(JSON.stringify(lines)).not.toContain('hush');
  });
});

describe('junk on the channel of a node', () => {
  test('is a fault in its log, with its size and never its content, and nothing else', async () => {
    const { home, received, lines, other, send } = await scene(nodeNamed);
    const two = {
      format: 2,
      topic: 'tests',
      delivery: 'relay',
      to: 'ann',
      from: other,
      n: 1,
      payload: 'hush',
    };
    const one = { line: 'tests', kind: 'signal', to: 'ann', from: other, n: 1, parcel: 'hush' };
    const junk = [
      '',
      'hush',
      '[]',
      'null',
      '"hush"',
      '['.repeat(100_000),
      '{"line":1}',
      ...[
        { topic: 1 },
        { payload: undefined },
        { n: '1' },
        { n: -1 },
        { n: 0.5 },
        { delivery: 'notice' },
        { to: null },
        { format: 'hush' },
      ].map((wrong) => JSON.stringify({ ...two, ...wrong })),
      ...[{ n: '1' }, { kind: 'assured' }, { from: 1 }, { line: undefined }].map((wrong) =>
        JSON.stringify({ ...one, ...wrong }),
      ),
    ];
    for (const text of junk) await send(home.node, text);
    await send(home.node, { ...two, payload: payload(1) });
    await expect.poll(() => received).toEqual([payload(1)]);
    expect(lines.map(({ bytes }) => bytes)).toEqual(junk.map((text) => Buffer.byteLength(text)));
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  test('that is an envelope with a malformed payload is logged with its topic and its sender', async () => {
    const { home, received, lines, other, send } = await scene(nodeNamed);
    const two = { format: 2, topic: 'tests', delivery: 'relay', to: 'ann', from: other, n: 1 };
    const one = { line: 'tests', kind: 'signal', to: 'ann', from: other, n: 1 };
    const junk = [
      { ...two, payload: { from: 'hush' } },
      { ...two, payload: ['hush', 1] },
      { ...two, topic: 'probes', payload: { ask: 'hush' } },
      { ...two, topic: 'nobody', payload: payload(1) },
      { ...one, parcel: payload(1) },
      { ...one, line: 'probes', parcel: { ask: 1, topic: 'tests', id: 'hush' } },
    ];
    for (const envelope of junk) await send(home.node, envelope);
    await send(home.node, { ...two, payload: payload(1) });
    await expect.poll(() => received).toEqual([payload(1)]);
    const topics = ['tests', 'tests', 'probes', 'nobody', 'tests', 'probes'];
    expect(lines.map(({ topic, from }) => [topic, from])).toEqual(topics.map((topic) => [topic, other]));
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  test('a payload whose receiver throws is a fault in the log; those behind it are delivered', async () => {
    const { home, received, lines, other, send } = await scene(nodeNamed);
    home.bus.attach(home.addressOf('ann'), (each) => {
      if (each.number === 1) throw new Error('a bug in a receiver');
      received.push(each);
    });
    const envelope = { format: 2, topic: 'tests', delivery: 'relay', to: 'ann', from: other };
    for (const n of [1, 2]) await send(home.node, { ...envelope, n, payload: payload(n) });
    await expect.poll(() => received).toEqual([payload(2)]);
    expect(lines).toMatchObject([{ topic: 'tests', from: other, err: { message: 'a bug in a receiver' } }]);
  });
});
