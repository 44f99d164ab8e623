// Messages of which only a part comes, over raw frames: they count in the rate, they end in time, and on both protocols.
import { expect, it } from 'vitest';
import { unfinishedMessages } from '../../server/transport/unfinished-messages.js';
import { startParley } from '../support/parley.js';
import { frameOf, opcodes, openRawSocketIo, openRawWebSocket } from '../support/raw-websocket.js';
import { openWebSocketPair } from '../support/web-socket-pair.js';

const { continuation, ping, text } = opcodes;

it.each([
  ['a fragment', frameOf('x', text, false)],
  ['a part of a frame', frameOf('x'.repeat(60_000)).subarray(0, -1)],
  ['a part of the head of a frame', frameOf('x').subarray(0, 1)],
])(
  '[R8] [U15] after 10 s with only %s the connection is closed with 1013, though it pings',
  async (_what, part) => {
    const { bob, socket, clock, received } = await openWebSocketPair();
    bob.write(part);
    await expect.poll(() => clock.timers).toBe(1);
    clock.advanceNow(9999);
    expect(socket.readyState).toBe(socket.OPEN);
    if (part[0] === text) {
      bob.write(frameOf('', ping), frameOf('y', continuation, false));
      await expect.poll(() => bob.frames.some(({ opcode }) => opcode === opcodes.pong)).toBe(true);
    }
    clock.advanceNow(1);
    await bob.closed;
    await expect.poll(() => [socket.readyState, clock.timers]).toEqual([socket.CLOSED, 0]);
    const last = bob.frames.at(-1);
    expect([last?.opcode, Buffer.from(last?.text ?? '').length, received]).toEqual([
      opcodes.close,
      2 + 2,
      [],
    ]);
  },
);

it('[R8] [U15] a slow message arrives whole, and leaves no timer behind', async () => {
  const { bob, clock, received } = await openWebSocketPair();
  const message = 'x'.repeat(60_000);
  const frame = frameOf(message);
  for (let at = 0; at < frame.length; at += 12_500) {
    bob.socket.write(frame.subarray(at, at + 12_500));
    await expect.poll(() => clock.timers + received.length).toBe(1);
    clock.advanceNow(1600);
  }
  await expect.poll(() => received).toEqual([message]);
  expect([clock.timers, unfinishedMessages.count]).toEqual([0, 0]);
});

it('[R8] [U15] fragments of one message keep their content, also from one read with others', async () => {
  const { bob, received } = await openWebSocketPair();
  bob.write(
    frameOf('before'),
    frameOf('one, ', text, false),
    frameOf('', ping),
    frameOf('', continuation, false),
    frameOf('two, ', continuation, false),
  );
  await expect.poll(() => received).toEqual(['before']);
  bob.write(frameOf('three', continuation), frameOf('after'));
  await expect.poll(() => received).toEqual(['before', 'one, two, three', 'after']);
});

it('[R8] [U15] a client that leaves in the middle of a message leaves nothing behind', async () => {
  const { bob, socket, clock } = await openWebSocketPair();
  bob.write(frameOf('x'.repeat(5000), text, false));
  await expect.poll(() => unfinishedMessages.count).toBe(1);
  bob.socket.destroy();
  await expect.poll(() => [socket.readyState, clock.timers]).toEqual([socket.CLOSED, 0]);
  expect(unfinishedMessages.count).toBe(0);
});

it('[R34] fragments count as messages: 4 s worth of them, and the next one waits', async () => {
  const { bob, socket, received } = await openWebSocketPair({ rate: { events: 1, bytes: 0 } });
  const fragments = (count: number): Buffer[] =>
    Array.from({ length: count }, (_, index) => frameOf('', index === 0 ? text : continuation, false));
  bob.write(...fragments(3), frameOf('whole', continuation));
  await expect.poll(() => received).toEqual(['whole']);
  expect(socket.isPaused).toBe(false);
  bob.write(...fragments(40));
  await expect.poll(() => socket.isPaused).toBe(true);
});

it('[R34] the bytes of fragments count when they have been read, and once', async () => {
  const { bob, socket, received } = await openWebSocketPair({ rate: { events: 0, bytes: 1000 } });
  const begin = frameOf('x'.repeat(3000), text, false);
  bob.write(begin, frameOf('x'.repeat(999), continuation));
  await expect.poll(() => received.length).toBe(1);
  expect(socket.isPaused).toBe(false);
  bob.write(begin, frameOf('', continuation, false));
  await expect.poll(() => socket.isPaused).toBe(true);
});

it('[R8] [U15] who is closed may come back: on both protocols a healthy message follows', async () => {
  const { port, callsPort } = await startParley();
  const room = await openRawSocketIo(port);
  room.write(frameOf('420["che', text, false), frameOf('ck"]', continuation));
  await room.hears(/^430/);
  const calls = await openRawWebSocket(callsPort ?? 0, '/');
  calls.write(frameOf('{"type":"lo', text, false), frameOf('gin","name":"ann"}', continuation));
  await calls.hears(/"success":true/);
});
