// One queue a connection, with a store that is slow or fails: order, bound, and a process that goes on. [R15] [R19]
import { describe, expect, it } from 'vitest';
import { refusals } from '../../server/protocol/refusals.js';
import { levels } from '../support/log-book.js';
import { connectClient } from '../support/room-client.js';
import { initiatorEvents, joinerEvents } from '../support/room-pair.js';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';
import { startRoomServer } from '../support/room-server.js';
import { createSteeredStore } from '../support/steered-store.js';
import { watchProcess } from '../support/watch-process.js';

describe('a slow decision', () => {
  it('[R15] what is said meanwhile waits and is heard in order behind it', async () => {
    const store = createSteeredStore();
    const { url } = await startRoomServer(store);
    const ann = await connectClient(url);
    await ann.ask('create or join', 'Test');
    const bob = await connectClient(url);
    store.hold();
    bob.say('create or join', 'Test');
    for (const word of ['one', 'two', 'three']) bob.say('message', word);
    await store.isAsked();
    expect(await bob.socket.emitWithAck('check')).toBeUndefined();
    expect(bob.heard).toEqual([]);
    store.release();
    await Promise.all([ann.hears('message', 3), bob.hears('ready')]);
    expect(ann.heard).toEqual([
      ...initiatorEvents('Test', ann.id, bob.id),
      ['message', 'one'],
      ['message', 'two'],
      ['message', 'three'],
    ]);
    expect(bob.heard).toEqual(joinerEvents('Test', bob.id));
  });

  it('[R15] an end that comes meanwhile waits too: the goodbye before it is one', async () => {
    const store = createSteeredStore();
    const { url } = await startRoomServer(store);
    const ann = await connectClient(url);
    await ann.ask('create or join', 'Test');
    const bob = await connectClient(url);
    store.hold();
    bob.say('create or join', 'Test');
    bob.say('Bye', 'Test');
    bob.socket.disconnect();
    await store.isAsked();
    // The server has seen all of bob's words and his end when it answers somebody who came later.
    const cy = await connectClient(url);
    await cy.socket.emitWithAck('check');
    store.release();
    await ann.hears('Bye');
    ann.say('Ack');
    await ann.ended;
    expect(ann.heard).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['Bye', { reason: 'said' }]]);
  });

  it('[R15] 1,000 events wait, the next one is too many and ends the connection, the seat with it', async () => {
    const { store, ann, bob } = await holdWhatBobAsks();
    bob.write(
      frameOf('42["create or join","Test"]'),
      ...Array.from({ length: 1001 }, (_, number) => frameOf(`42["message",${number}]`)),
    );
    await bob.hears(/"too-many"/);
    await bob.closed;
    store.release();
    await ann.hears('bye');
    expect(ann.heard).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['peer gone'], ['bye', 'Test']]);
    const refused = bob.frames.filter(({ text }) => text.startsWith('42["refused"'));
    expect(refused.map(({ text }) => JSON.parse(text.slice(2)) as unknown)).toEqual([
      ['refused', { event: 'message', ...refusals.tooMany() }],
    ]);
  });

  it('[R15] 4 MiB wait, the next event is too many and ends the connection, the seat with it', async () => {
    const { store, ann, bob } = await holdWhatBobAsks();
    const large = frameOf(`42["message","${'x'.repeat(60_000)}"]`);
    bob.write(frameOf('42["create or join","Test"]'), ...Array.from({ length: 69 }, () => large));
    bob.write(frameOf('420["check"]'));
    await bob.hears(/^430/);
    expect(bob.frames.filter(({ text }) => text.includes('"refused"'))).toEqual([]);
    bob.write(large);
    await bob.hears(/"too-many"/);
    await bob.closed;
    store.release();
    await ann.hears('bye');
    expect(ann.heard).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['peer gone'], ['bye', 'Test']]);
  });

  it('[R15] exactly 1,000 that wait are all heard', async () => {
    const { store, ann, bob } = await holdWhatBobAsks();
    const numbers = Array.from({ length: 1000 }, (_, number) => number);
    bob.write(
      frameOf('42["create or join","Test"]'),
      ...numbers.map((number) => frameOf(`42["message",${number}]`)),
    );
    bob.write(frameOf('420["check"]'));
    await bob.hears(/^430/);
    store.release();
    await ann.hears('message', 1000);
    expect(ann.heard.slice(5)).toEqual(numbers.map((number) => ['message', number]));
  });

  it('[R15] one who waits does not make others wait', async () => {
    const store = createSteeredStore();
    const { url } = await startRoomServer(store);
    const ann = await connectClient(url);
    const bob = await connectClient(url);
    await ann.ask('create or join', 'Test');
    await bob.ask('create or join', 'Test');
    store.hold();
    const cy = await connectClient(url);
    cy.say('create or join', 'Test');
    await store.isAsked();
    ann.say('message', 'nobody waits here');
    await bob.hears('message');
    store.release();
    await cy.hears('full');
    expect(cy.heard).toEqual([['full', 'Test']]);
  });
});

describe('a store that fails', () => {
  it('[R19] is answered with unavailable, logged, and the next event goes well', async () => {
    const alive = watchProcess();
    const store = createSteeredStore();
    const { url, lines } = await startRoomServer(store);
    const ann = await connectClient(url);
    store.failNext(new Error('the store is away'));
    expect(await ann.ask('create or join', 'Test')).toEqual({
      status: 'refused',
      peer: null,
      ...refusals.unavailable(),
      heartbeatMs: 0,
      graceMs: 30_000,
    });
    expect(await ann.ask('create or join', 'Test')).toMatchObject({ status: 'created' });
    await ann.hears('created');
    expect(ann.heard).toEqual([
      ['refused', { event: 'create or join', ...refusals.unavailable() }],
      ['created', 'Test', ann.id],
    ]);
    expect(lines.filter(({ level }) => level >= levels.error)).toMatchObject([
      { event: 'create or join', err: { message: 'the store is away' } },
    ]);
    alive.expectCalm();
  });

  it('[R19] a Bye or a vanishing that fails is no crash', async () => {
    const alive = watchProcess();
    const store = createSteeredStore();
    const { url, lines } = await startRoomServer(store);
    const ann = await connectClient(url);
    await ann.ask('create or join', 'Test');
    store.failNext(new Error('the store is away'));
    ann.say('Bye', 'Test');
    expect(await ann.hears('refused')).toMatchObject([{ event: 'Bye', code: 'unavailable' }]);
    store.hold();
    store.failNext(new Error('the store is away again'));
    ann.socket.disconnect();
    await store.isAsked();
    store.release();
    const bob = await connectClient(url);
    expect(await bob.ask('create or join', 'Elsewhere')).toMatchObject({ status: 'created' });
    expect(lines.filter(({ level }) => level >= levels.error)).toHaveLength(2);
    alive.expectCalm();
  });
});

/** Ann sits in the channel; bob is connected, and what is decided from now on waits. */
async function holdWhatBobAsks() {
  const store = createSteeredStore();
  const { url, port } = await startRoomServer(store);
  const ann = await connectClient(url);
  await ann.ask('create or join', 'Test');
  const bob = await openRawSocketIo(port);
  store.hold();
  return { store, ann, bob };
}
