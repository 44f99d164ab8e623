// What a client says in one breath, in one TCP write or one POST: nothing of it is lost or overtaken. [R15]
import { describe, expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';
import { connectClient, type RoomClient } from '../support/room-client.js';
import { initiatorEvents, joinerEvents } from '../support/room-pair.js';

const rounds = Array.from({ length: 20 }, (_, round) => `room-${round}`);

/** Engine.IO message (4), Socket.IO event (2). */
const event = (...parts: unknown[]): string => `42${JSON.stringify(parts)}`;
const disconnect = '41';
/** Engine.IO's own. */
const closeOfTransport = '1';

async function waitIn(url: string, channel: string): Promise<RoomClient> {
  const ann = await connectClient(url);
  ann.say('create or join', channel);
  await ann.hears('created');
  return ann;
}

async function expectGoodbyes(url: string, sayGoodbye: (channel: string) => Promise<string>): Promise<void> {
  for (const channel of rounds) {
    const ann = await waitIn(url, channel);
    const bobsId = await sayGoodbye(channel);
    await ann.hears('Bye');
    ann.say('Ack');
    expect(await ann.ended).toBe('io server disconnect');
    expect(ann.heard).toEqual([...initiatorEvents(channel, ann.id, bobsId), ['Bye', { reason: 'said' }]]);
  }
}

describe('over a WebSocket', () => {
  it('[R15] Bye and the disconnect in one TCP write: 20 times of 20 the other hears Bye', async () => {
    const { url, port } = await startParley();
    await expectGoodbyes(url, async (channel) => {
      const bob = await openRawSocketIo(port);
      bob.write(frameOf(event('create or join', channel)));
      await bob.hears(/"ready"/);
      bob.write(frameOf(event('Bye', channel)), frameOf(disconnect));
      return bob.id;
    });
  });

  it('[R15] the same when the WebSocket is closed in the same write', async () => {
    const { url, port } = await startParley();
    await expectGoodbyes(url, async (channel) => {
      const bob = await openRawSocketIo(port);
      bob.write(frameOf(event('create or join', channel)));
      await bob.hears(/"ready"/);
      bob.write(frameOf(event('Bye', channel)), frameOf(disconnect), frameOf('\x03\xe8', 8));
      bob.socket.end();
      return bob.id;
    });
  });

  it('[R15] a whole visit in one write is heard in order', async () => {
    const { url, port } = await startParley();
    const ann = await waitIn(url, 'Test');
    const bob = await openRawSocketIo(port);
    bob.write(
      frameOf(event('create or join', 'Test')),
      frameOf(event('message', 'got user media')),
      frameOf(event('response', { channel: 'Test', message: 'and a word' })),
      frameOf(event('Bye', 'Test')),
      frameOf(disconnect),
    );
    await ann.hears('Bye');
    expect(ann.heard).toEqual([
      ...initiatorEvents('Test', ann.id, bob.id),
      ['message', 'got user media'],
      ['response', 'and a word'],
      ['Bye', { reason: 'said' }],
    ]);
  });

  it('[R9] [R15] "got user media" right behind the first request is dropped, and behind the second relayed', async () => {
    const { port } = await startParley();
    const ann = await openRawSocketIo(port);
    ann.write(frameOf(event('create or join', 'Test')), frameOf(event('message', 'got user media')));
    await ann.hears(/"created"/);
    const bob = await openRawSocketIo(port);
    bob.write(frameOf(event('create or join', 'Test')), frameOf(event('message', 'got user media')));
    await ann.hears(/"message"/);
    ann.write(frameOf(event('message', 'hi')));
    await bob.hears(/"message"/);
    const heardBy = ({ frames }: typeof ann): unknown[] =>
      frames
        .filter(({ text }) => text.startsWith('42'))
        .map(({ text }) => JSON.parse(text.slice(2)) as unknown);
    expect(heardBy(ann)).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['message', 'got user media']]);
    expect(heardBy(bob)).toEqual([...joinerEvents('Test', bob.id), ['message', 'hi']]);
  });
});

describe('over long-polling', () => {
  it('[R15] Bye and the disconnect in one POST: 20 times of 20 the other hears Bye', async () => {
    const { url } = await startParley();
    await expectGoodbyes(url, async (channel) => {
      const bob = await openRawPolling(url);
      await bob.post(event('create or join', channel));
      expect((await bob.poll()).at(-1)).toContain('"ready"');
      await bob.post(event('Bye', channel), disconnect);
      return bob.id;
    });
  });

  it('[R15] a whole visit in one POST is heard in order', async () => {
    const { url } = await startParley();
    const ann = await waitIn(url, 'Test');
    const bob = await openRawPolling(url);
    await bob.post(
      event('create or join', 'Test'),
      event('message', 'got user media'),
      event('Bye', 'Test'),
      disconnect,
    );
    await ann.hears('Bye');
    expect(ann.heard).toEqual([
      ...initiatorEvents('Test', ann.id, bob.id),
      ['message', 'got user media'],
      ['Bye', { reason: 'said' }],
    ]);
  });
});

it('[R15] over long-polling, a whole visit and the end of the transport in one POST', async () => {
  const { url } = await startParley();
  const ann = await waitIn(url, 'Test');
  const bob = await openRawPolling(url);
  await bob.post(
    event('create or join', 'Test'),
    event('message', 'a word'),
    event('Bye', 'Test'),
    disconnect,
    closeOfTransport,
  );
  await ann.hears('Bye');
  expect(ann.heard).toEqual([
    ...initiatorEvents('Test', ann.id, bob.id),
    ['message', 'a word'],
    ['Bye', { reason: 'said' }],
  ]);
});
