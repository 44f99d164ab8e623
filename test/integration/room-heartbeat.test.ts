// Who is cut for silence and who is not, on the wire. [R16]
import { expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';
import { frameOf, opcodes, openRawSocketIo } from '../support/raw-websocket.js';
import { connectClient, type RoomClient } from '../support/room-client.js';
import { initiatorEvents } from '../support/room-pair.js';

const heartbeatMs = 200;

/** Who only stands by: no beat cuts it, however long this process stands still. */
const connectStander = (url: string): Promise<RoomClient> => connectClient(url, { transport: 'polling' });

it('[R16] a WebSocket that does not answer a ping is cut before the next one, and the other hears it', async () => {
  const { url, port } = await startParley({ heartbeatMs });
  const ann = await connectStander(url);
  await ann.ask('create or join', 'Test');
  const bob = await openRawSocketIo(port);
  bob.write(frameOf('42["create or join","Test"]'));
  await bob.hears(/"ready"/);
  await bob.closed;
  const sinceItSpoke = bob.frames.slice(bob.frames.findIndex(({ text }) => text.includes('"ready"')));
  expect(sinceItSpoke.filter(({ opcode }) => opcode === opcodes.ping)).toHaveLength(1);
  await ann.hears('bye');
  expect(ann.heard).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['peer gone'], ['bye', 'Test']]);
});

it("[R16] one that answers the WebSocket's pings, and no other, outlives the ping of Engine.IO and talks on", async () => {
  const { url, port } = await startParley({ heartbeatMs: 500 });
  const ann = await connectStander(url);
  await ann.ask('create or join', 'Test');
  const bob = await openRawSocketIo(port);
  let beatsAfterIt = 0;
  const outlived = new Promise<void>((resolve) => {
    bob.onFrame(({ opcode, text }) => {
      if (opcode !== opcodes.ping) return;
      bob.write(frameOf(text, opcodes.pong));
      // Engine.IO has asked too, in vain: a page that stands in a prompt does not answer it.
      if (bob.frames.some((frame) => frame.opcode === opcodes.text && frame.text === '2')) beatsAfterIt++;
      if (beatsAfterIt === 3) resolve();
    });
  });
  bob.write(frameOf('42["create or join","Test"]'));
  await bob.hears(/"ready"/);
  await outlived;
  bob.write(frameOf('42["message","after a long prompt"]'));
  await ann.hears('message');
  expect(ann.heard).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['message', 'after a long prompt']]);
});

it('[R16] long-polling that has no request open is not cut early', async () => {
  const { url } = await startParley({ heartbeatMs });
  const ann = await connectStander(url);
  await ann.ask('create or join', 'Test');
  const bob = await openRawPolling(url);
  await bob.post('42["create or join","Test"]');
  await ann.hears('ready');
  const annsBeats = new Promise<void>((resolve) => {
    let beats = 0;
    ann.socket.io.on('ping', () => {
      if (++beats === 4) resolve();
    });
  });
  // Four of Engine.IO's pings are ten heartbeats.
  await annsBeats;
  await bob.post('42["message","after a long prompt"]');
  await ann.hears('message');
  expect(ann.heard).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['message', 'after a long prompt']]);
});

it('[R6] [R16] the answer to the first request names the heartbeat', async () => {
  const { url } = await startParley({ heartbeatMs });
  const ann = await connectClient(url);
  expect(await ann.ask('create or join', 'Test')).toMatchObject({ heartbeatMs });
});
