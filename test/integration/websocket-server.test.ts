// A WebSocket at its ends: whose client talks on and does not read, and which the server closes while its client talks
// on. Under both protocols. [R15] [R28] [U18] [U24]
import { describe, expect, it } from 'vitest';
import { closeFrameOf, frameOf, opcodes, type RawWebSocket } from '../support/raw-websocket.js';
import { openWebSocketPair as openPair } from '../support/web-socket-pair.js';

const megabyte = 1024 * 1024;

it('[R28] [U24] who talks while more than 2 MiB wait for it is cut', async () => {
  const { bob, socket } = await openPair();
  bob.socket.pause();
  // What the two ends of a TCP connection hold by themselves comes on top, a few megabytes each.
  socket.send('x'.repeat(64 * megabyte));
  await expect.poll(() => socket.bufferedAmount).toBeGreaterThan(2 * megabyte);
  expect(socket.readyState).toBe(socket.OPEN);
  bob.write(frameOf('hello?'));
  await expect.poll(() => socket.readyState).toBe(socket.CLOSED);
});

it('[R28] [U24] who reads may talk, however much it was told', async () => {
  const { bob, socket } = await openPair();
  socket.send('x'.repeat(4 * megabyte));
  await bob.hears(/^x/);
  socket.on('message', () => {
    socket.send('yes');
  });
  bob.write(frameOf('hello?'));
  expect(await bob.hears(/^yes$/)).toBe('yes');
});

describe('a WebSocket that the server closes', () => {
  it('[R15] [U18] is not parsed any more, drops all that comes, and its client reads the last word', async () => {
    const { bob, socket, received, clock } = await openPair({ answersClose: false });
    socket.send('why');
    socket.close(1008, 'because');
    const ended = new Promise((resolve) => {
      bob.socket.once('end', resolve);
    });
    await talk(bob, 20 * megabyte);
    await ended;
    expect(bob.frames.map(({ text }) => text)).toEqual(['why', expect.stringContaining('because')]);
    expect(received).toEqual([]);
    expect(socket.readyState).toBe(socket.CLOSING);
    bob.socket.end();
    await bob.closed;
    await expect.poll(() => [socket.readyState, clock.timers]).toEqual([socket.CLOSED, 0]);
  });

  it.each(['it talks on', 'it is quiet and keeps its half open'])(
    '[R15] [U18] is destroyed after a second: %s',
    async (what) => {
      const { bob, socket, received, clock } = await openPair({ answersClose: false });
      socket.close(1008);
      if (what === 'it talks on') await talk(bob, megabyte);
      clock.advanceNow(999);
      expect(socket.readyState).toBe(socket.CLOSING);
      clock.advanceNow(1);
      await expect.poll(() => socket.readyState).toBe(socket.CLOSED);
      expect([received, clock.timers]).toEqual([[], 0]);
    },
  );

  it('[R15] [U18] what was read together with the word that it is closed for is processed, also the end', async () => {
    const { bob, socket, received } = await openPair({ answersClose: false });
    const closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.once('message', () => {
      socket.close(1008);
    });
    bob.write(frameOf('one'), frameOf('two'), closeFrameOf(1000));
    await expect.poll(() => received).toEqual(['one', 'two']);
    bob.socket.end();
    expect(await closed).toBe(1000);
  });

  it('[R15] [U18] reads no more though it was paused, and notices that its client goes', async () => {
    const { bob, socket, received } = await openPair({ answersClose: false });
    socket.pause();
    await talk(bob, megabyte, 100);
    socket.close();
    bob.socket.end();
    await bob.closed;
    await expect.poll(() => socket.readyState).toBe(socket.CLOSED);
    expect(received).toEqual([]);
  });

  it('[R28] [U24] has all that waited for it, if its client reads again within a second', async () => {
    const { bob, socket } = await openPair();
    bob.socket.pause();
    const waiting = 'x'.repeat(16 * megabyte);
    socket.send(waiting);
    socket.send('the last word');
    socket.close(1013);
    bob.socket.resume();
    await bob.closed;
    expect(bob.frames.map(({ opcode, text }) => [opcode, text.length])).toEqual([
      [opcodes.text, waiting.length],
      [opcodes.text, 13],
      [opcodes.close, 2],
    ]);
  });

  it('[R28] [U24] is destroyed after a second although its client has not read', async () => {
    const { bob, socket, clock } = await openPair();
    bob.socket.pause();
    socket.send('x'.repeat(64 * megabyte));
    socket.close(1013);
    clock.advanceNow(1000);
    await expect.poll(() => [socket.readyState, clock.timers]).toEqual([socket.CLOSED, 0]);
  });

  it('[U13] because it goes itself is parsed until its client answers', async () => {
    const { bob, socket, received, clock } = await openPair({ answersClose: false });
    socket.close(1001);
    bob.write(frameOf('bye'));
    await expect.poll(() => received).toEqual(['bye']);
    expect(clock.timers).toBe(0);
    bob.socket.end(closeFrameOf(1001));
    await bob.closed;
  });
});

describe('a WebSocket that its client ends and goes on sending', () => {
  it.each([
    ['a close frame', closeFrameOf(1000)],
    ['a frame that is none', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['text that is not UTF-8', Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])],
  ])('[R15] [U18] after %s it is destroyed a second later', async (_what, end) => {
    const { bob, socket, received, clock } = await openPair({ answersClose: false });
    socket.on('error', () => {});
    bob.write(end);
    await expect.poll(() => socket.readyState).toBe(socket.CLOSING);
    await talk(bob, megabyte);
    clock.advanceNow(1000);
    await expect.poll(() => socket.readyState).toBe(socket.CLOSED);
    expect([received, clock.timers]).toEqual([[], 0]);
  });
});

it('a subprotocol is chosen if it is short; a long one is not accepted', async () => {
  const short = await openPair({ headers: { 'Sec-WebSocket-Protocol': 'parley, other' } });
  expect(short.socket.protocol).toBe('parley');
  const long = await openPair({ headers: { 'Sec-WebSocket-Protocol': 'x'.repeat(129) } });
  expect(long.socket.protocol).toBe('');
});

/** Sends frames; resolves when they have left, which means that the other side has read most of them. */
async function talk({ socket }: RawWebSocket, bytes: number, frameBytes = 10_000): Promise<void> {
  const frame = frameOf('x'.repeat(frameBytes));
  const many = Buffer.concat(Array.from({ length: Math.ceil(megabyte / frame.length) }, () => frame));
  for (let sent = 0; sent < bytes; sent += many.length) {
    await new Promise<void>((resolve) => {
      socket.write(many, () => resolve());
    });
  }
}
