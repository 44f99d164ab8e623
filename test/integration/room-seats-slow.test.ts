// Somebody who reads no more: cut at a bounded backlog, and back like any other. That it hears why, if it reads again soon,
// is in engine-bounds. [R28]
import { expect, it } from 'vitest';
import { createLogBook } from '../support/log-book.js';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';
import { connectClient, type RoomClient } from '../support/room-client.js';
import { enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'room-42';
const text = 'x'.repeat(60_000);
const megabyte = 1_048_576;

/** Talks until the other is cut. @returns how many bytes it took */
async function talkUntilAway(ann: RoomClient): Promise<number> {
  for (let sent = 0; ; sent += text.length) {
    if (ann.names().includes('peer away')) return sent;
    // Neither faster than the server reads, nor ahead of what it says.
    ann.say('message', text);
    await ann.ask('check');
  }
}

it('[R28] a WebSocket that stops reading is cut, and takes its seat back', async () => {
  const { url, port } = await startParley({ heartbeatMs: 0 });
  const ann = await connectClient(url);
  await enter(ann, channel);
  const bob = await openRawSocketIo(port);
  bob.write(frameOf(`42["create or join","${channel}",{"resume":true,"seat":"b1"}]`));
  await bob.hears(/"ready"/);
  bob.socket.pause();
  // What the two ends of a TCP connection hold by themselves comes on top, a few megabytes each.
  expect(await talkUntilAway(ann)).toBeGreaterThan(megabyte);
  bob.socket.resume();
  await bob.closed;
  const { client: back, answer } = await takeSeat(url, 'websocket', channel, kept('b1'));
  expect(answer).toMatchObject({ status: 'resumed', role: 'joiner' });
  ann.say('message', 'welcome back');
  expect(await back.hears('message')).toEqual(['welcome back']);
  await ann.hears('peer back');
  expect(ann.names().slice(-2)).toEqual(['peer away', 'peer back']);
});

it('[R28] long-polling that fetches nothing is cut at 1 MiB, and takes its seat back', async () => {
  const { logger, lines } = createLogBook();
  const { url } = await startParley({ heartbeatMs: 0, logger });
  const ann = await connectClient(url);
  await enter(ann, channel);
  const bob = await openRawPolling(url);
  await bob.post(`42["create or join","${channel}",{"resume":true,"seat":"b1"}]`);
  expect((await bob.poll()).at(-1)).toContain('"ready"');
  const sent = await talkUntilAway(ann);
  expect(sent).toBeGreaterThan(megabyte - text.length);
  expect(sent).toBeLessThan(megabyte + 10 * text.length);
  const refused = lines.filter(({ msg }) => msg === 'refused');
  expect(refused).toMatchObject([{ id: bob.id, event: 'message', code: 'too-slow' }]);
  expect((await takeSeat(url, 'polling', channel, kept('b1'))).answer.status).toBe('resumed');
});

it('[R28] who reads is never cut, however much it is told', async () => {
  const { url } = await startParley({ heartbeatMs: 0 });
  const ann = await connectClient(url);
  await enter(ann, channel);
  const { client: bob } = await takeSeat(url, 'websocket', channel, kept('b1'));
  const rounds = 12 * 16;
  // In one breath as much as may wait, and that again and again.
  for (let round = 0; round < rounds; round += 16) {
    for (let each = 0; each < 16; each++) ann.say('message', text);
    await bob.hears('message', round + 16);
  }
  expect(ann.names().at(-1)).toBe('ready');
  expect(bob.names()).toEqual(['joined', 'ready', ...Array.from({ length: rounds }, () => 'message')]);
});

it('[R28] one who makes the server talk and does not listen is cut as well', async () => {
  const { url, port } = await startParley({ heartbeatMs: 0 });
  const ann = await connectClient(url);
  await enter(ann, channel);
  const bob = await openRawSocketIo(port);
  bob.write(frameOf(`42["create or join","${channel}"]`));
  await bob.hears(/"ready"/);
  bob.socket.pause();
  const nonsense = Array.from({ length: 500 }, () => frameOf('42["nonsense"]'));
  while (!ann.names().includes('bye')) {
    bob.write(...nonsense);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ann.names().slice(-2)).toEqual(['peer gone', 'bye']);
});
