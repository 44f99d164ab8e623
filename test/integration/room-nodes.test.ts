// Two people on two nodes: the whole conversation is the same as on one, event by event.
import { describe, expect, it } from 'vitest';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';
import { connectClient } from '../support/room-client.js';
import { arrivalEvents, connectPair, initiatorEvents, joinerEvents } from '../support/room-pair.js';
import { startRoomNodes } from '../support/room-nodes.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

describe('two people on two nodes', () => {
  it('[R31] have the whole conversation of the book, and the channel is as new', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    const ann = await connectClient(one.url);
    const bob = await connectClient(two.url);
    expect(await ann.ask('create or join', 'Test')).toMatchObject({ status: 'created', peer: null });
    expect(await bob.ask('create or join', 'Test')).toMatchObject({
      status: 'joined',
      peer: { id: ann.id, presence: 'here' },
    });
    await Promise.all([ann.hears('ready'), bob.hears('ready')]);
    const cy = await connectClient(three.url);
    expect(await cy.ask('create or join', 'Test')).toMatchObject({ status: 'full' });
    ann.say('message', { channel: 'Test', message: 'hi bob' });
    await bob.hears('message');
    bob.say('response', { channel: 'Test', message: 'hi ann' });
    await ann.hears('response');
    bob.say('received', { channel: 'Test', upTo: 1, from: 'ib', to: 'ia' });
    await ann.hears('received');
    ann.say('Bye', 'Test');
    await bob.hears('Bye');
    bob.say('Ack');
    await Promise.all([ann.ended, bob.ended]);
    expect(ann.heard).toEqual([
      ...initiatorEvents('Test', ann.id, bob.id),
      ['response', 'hi ann'],
      ['received', { channel: 'Test', upTo: 1, from: 'ib', to: 'ia' }],
    ]);
    expect(bob.heard).toEqual([
      ...joinerEvents('Test', bob.id),
      ['message', 'hi bob'],
      ['Bye', { reason: 'said' }],
    ]);
    expect(await cy.ask('create or join', 'Test')).toMatchObject({ status: 'created' });
  });

  it('[R31] 500 messages each way arrive in order, past what goes on in other channels', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes();
    const { ann, bob } = await acrossNodes(one.url, two.url);
    const numbers = Array.from({ length: 500 }, (_, number) => number);
    for (const number of numbers) {
      ann.say('message', number);
      bob.say('response', number);
    }
    await Promise.all([bob.hears('message', 500), ann.hears('response', 500)]);
    expect(bob.heard.slice(2)).toEqual(numbers.map((number) => ['message', number]));
    expect(ann.heard.slice(5)).toEqual(numbers.map((number) => ['response', number]));
  });

  it('[R31] a message between two on one node never goes through Redis, whatever else there is', async () => {
    const {
      redis,
      nodes: [one, two],
    } = await startRoomNodes();
    const pair = await connectPair(one.url);
    const { ann, bob } = await acrossNodes(one.url, two.url);
    ann.say('message', 'warm');
    await bob.hears('message');
    const [published, scripts] = [await redis.countCalls('publish'), await redis.countCalls('get')];
    for (let turn = 0; turn < 50; turn++) await pair.expectUndisturbed();
    expect(await redis.countCalls('publish')).toBe(published);
    expect(await redis.countCalls('get')).toBe(scripts);
    ann.say('message', 'across');
    await bob.hears('message', 2);
    expect(await redis.countCalls('publish')).toBe(published + 1);
    expect(await redis.countCalls('get')).toBe(scripts);
  });

  it('[R13] [R31] hear of a connection that is gone', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes();
    const { ann, bob } = await acrossNodes(one.url, two.url);
    drop(ann);
    await bob.hears('bye');
    expect(bob.heard).toEqual([
      ...joinerEvents('Test', bob.id),
      ['peer gone'],
      ['created', 'Test', bob.id],
      ['bye', 'Test'],
    ]);
    const cy = await connectClient(one.url);
    expect(await cy.ask('create or join', 'Test')).toMatchObject({ status: 'joined', peer: { id: bob.id } });
    await bob.hears('ready', 2);
    expect(bob.heard.slice(-4)).toEqual(arrivalEvents('Test', cy.id));
  });
});

describe('a seat', () => {
  it('[R21] [R31] is taken back on another node, and the old connection is told', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    const { client: ann } = await takeSeat(one.url, 'websocket', 'Test', kept('a1', { me: 'ia' }));
    const { client: bob } = await takeSeat(two.url, 'websocket', 'Test', kept('b1', { me: 'ib' }));
    await ann.hears('ready');
    const again = await takeSeat(three.url, 'websocket', 'Test', kept('a1', { me: 'ia' }));
    expect(again.answer).toMatchObject({
      status: 'resumed',
      role: 'initiator',
      peer: { id: bob.id, me: 'ib' },
    });
    await ann.ended;
    expect(ann.heard.at(-1)).toEqual(['taken-over']);
    await bob.hears('peer back');
    bob.say('message', 'to the new one');
    await again.client.hears('message');
    drop(again.client);
    await bob.hears('peer away');
    expect(bob.heard.slice(2)).toEqual([['peer back', { me: 'ia' }], ['peer away']]);
    const last = await takeSeat(two.url, 'websocket', 'Test', kept('a1', { me: 'ia' }));
    expect(last.answer).toMatchObject({ status: 'resumed' });
    await bob.hears('peer back', 2);
  });

  it('[R22] [R31] runs out on time although its own node is the only one that was told', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes({ graceMs: 600 });
    const { client: ann } = await takeSeat(one.url, 'websocket', 'Test', kept('a1'));
    const bob = await connectClient(two.url);
    await enter(bob, 'Test');
    await ann.hears('ready');
    drop(ann);
    await one.die();
    await bob.hears('bye');
    expect(bob.heard.slice(2)).toEqual([
      ['peer away'],
      ['peer gone'],
      ['created', 'Test', bob.id],
      ['bye', 'Test'],
    ]);
  });

  it('[R25] [R31] of a dead connection is freed by a newcomer on another node', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes({ heartbeatMs: 0 });
    const ann = await connectClient(one.url);
    await enter(ann, 'Test');
    const silent = await openRawSocketIo(one.port);
    silent.write(frameOf('42["create or join","Test"]'));
    await silent.hears(/"joined"/);
    const cy = await connectClient(two.url);
    // Within the first second it still counts as alive.
    await expect.poll(async () => (await enter(cy, 'Test')).status, { interval: 100 }).toBe('joined');
    await silent.closed;
    await ann.hears('ready', 2);
    const arrival = ['remotePeerJoining', 'join', 'broadcast: joined', 'ready'];
    expect(ann.names()).toEqual(['created', ...arrival, 'peer gone', 'bye', ...arrival]);
  });
});

async function acrossNodes(first: string, second: string) {
  const ann = await connectClient(first);
  const bob = await connectClient(second);
  await enter(ann, 'Test');
  await enter(bob, 'Test');
  await Promise.all([ann.hears('ready'), bob.hears('ready')]);
  return { ann, bob };
}
