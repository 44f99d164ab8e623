// Giving a seat up: by `leave()`, and by aborting, at any moment. [R35]
import { describe, expect, it } from 'vitest';
import { openRoomChannel } from '../../client/rooms/room-session.js';
import { settle } from '../support/held-clock.js';
import { bobIsHere, openScene, openWithBob } from '../support/room-channel-scene.js';

type Opened = Awaited<ReturnType<typeof openWithBob>>;

/** What was said on each connection: the names of the events. */
function saidOn({ server }: Pick<Opened, 'server'>): string[][] {
  return server.connections.map(({ said }) => said.map(([event]) => String(event)));
}

describe('[R35] leave()', () => {
  it('waits for receipts, gives the seat up, and is over at the answer', async () => {
    const scene = await openWithBob();
    const { channel, server } = scene;
    channel.send('last words').catch(() => {});
    const leaving = channel.leave();
    await settle();
    expect(saidOn(scene)).toEqual([['create or join', 'message']]);
    server.newest().hear('received', { channel: 'red', upTo: 1, from: 'bob', to: channel.me });
    await settle();
    expect(saidOn(scene)).toEqual([['create or join', 'message', 'leave']]);
    expect(channel.state).toBe('open');
    server.newest().letGo();
    await leaving;
    expect((await channel.closed).reason).toBe('closed');
    expect([server.newest().isClosed, scene.storage.kept.size]).toEqual([true, 0]);
  });

  it('names the seat and a number above all before it', async () => {
    const { channel, server } = await openWithBob();
    const { seat, next } = server.newest().asked;
    void channel.leave();
    await settle();
    expect(server.newest().said.at(-1)).toEqual(['leave', 'red', { seat: next, me: channel.me, attempt: 2 }]);
    expect(next).not.toBe(seat);
  });

  it('is said again on the next connection, without entering, when the first is lost before the answer', async () => {
    const scene = await openWithBob();
    const leaving = scene.channel.leave();
    await settle();
    scene.server.newest().drop();
    await scene.clock.advance(0);
    scene.server.newest().open();
    expect(saidOn(scene)).toEqual([['create or join', 'leave'], ['leave']]);
    scene.server.newest().letGo();
    await leaving;
    expect(scene.states.at(-1)).toEqual(['closed', 'closed']);
  });

  it('is over after 0.9 s without an answer, and keeps the token of a seat that may still be there', async () => {
    const { channel, clock, server, storage } = await openWithBob();
    const leaving = channel.leave();
    await clock.advance(899);
    expect(channel.state).toBe('open');
    await clock.advance(1);
    await leaving;
    expect(channel.state).toBe('closed');
    expect([...storage.kept.values()]).toEqual([server.newest().asked.next]);
  });

  it('after close() does not take the goodbye back', async () => {
    const scene = await openWithBob();
    const closing = scene.channel.close();
    await settle();
    const leaving = scene.channel.leave();
    await settle();
    expect(saidOn(scene)).toEqual([['create or join', 'Bye']]);
    scene.server.newest().hear('Bye', { reason: 'said' });
    await Promise.all([closing, leaving]);
  });
});

describe('a goodbye that is being said', () => {
  it('keeps no token, though it may be lost: with it the next channel would be told that it has ended', async () => {
    const { channel, clock, storage } = await openWithBob();
    const closing = channel.close();
    await clock.advance(900);
    await closing;
    expect(storage.kept.size).toBe(0);
  });

  it.each([
    ['leave()', ({ channel }: Opened) => void channel.leave()],
    ['aborting', ({ off }: Opened) => off.abort()],
    ['await using', ({ channel }: Opened) => void channel[Symbol.asyncDispose]()],
  ])('is not taken back by %s', async (_how, give) => {
    const scene = await openWithBob();
    scene.channel.send('last words').catch(() => {});
    const closing = scene.channel.close();
    give(scene);
    await scene.clock.advance(1000);
    expect(saidOn(scene)).toEqual([['create or join', 'message', 'Bye']]);
    scene.server.newest().hear('Bye', { reason: 'said' });
    await closing;
  });
});

it.each(['close', 'leave'] as const)(
  'aborting after %s() does not cut the time for receipts short',
  async (way) => {
    const scene = await openWithBob();
    const { channel, server, off } = scene;
    const sent = channel.send('last words');
    const going = channel[way]();
    off.abort();
    await settle();
    expect(saidOn(scene)).toEqual([['create or join', 'message']]);
    server.newest().hear('received', { channel: 'red', upTo: 1, from: 'bob', to: channel.me });
    await settle();
    expect(saidOn(scene)).toEqual([['create or join', 'message', way === 'close' ? 'Bye' : 'leave']]);
    if (way === 'leave') server.newest().letGo();
    else server.newest().hear('Bye', { reason: 'said' });
    await Promise.all([sent, going]);
    expect((await channel.closed).reason).toBe('closed');
  },
);

describe('a channel that is over', () => {
  it.each(['leave', 'close'] as const)('is in no way of the next one after %s()', async (way) => {
    const scene = await openWithBob();
    scene.server.newest().hear('Bye', { reason: 'said' });
    await scene.channel[way]();
    const { server, url, clock, page, storage } = scene;
    const parts = { server: url, channel: 'red', openTransport: server.openTransport };
    const opening = openRoomChannel({ ...parts, unreachableAfterMs: 10_000, clock, page, storage });
    expect(server.connections).toHaveLength(2);
    server.newest().letIn();
    expect((await opening).state).toBe('open');
  });
});

describe('[R35] aborting', () => {
  it('an open channel leaves it', async () => {
    const scene = await openWithBob();
    scene.off.abort();
    expect(saidOn(scene)).toEqual([['create or join', 'leave']]);
    scene.server.newest().letGo();
    expect((await scene.channel.closed).reason).toBe('aborted');
  });

  it('a request to enter that is on its way rejects at once, and leaves behind it', async () => {
    const scene = openScene();
    scene.server.newest().open();
    scene.off.abort();
    await expect(scene.opening).rejects.toMatchObject({ reason: 'aborted' });
    expect(saidOn(scene)).toEqual([['create or join', 'leave']]);
    scene.server.newest().letGo();
    expect([scene.server.newest().isClosed, scene.clock.timers]).toEqual([true, 0]);
  });

  it('a request to enter that the server is long about leaves on the same connection', async () => {
    const scene = openScene();
    await scene.clock.advance(3000);
    scene.server.newest().open();
    await scene.clock.advance(3000);
    scene.off.abort();
    expect(saidOn(scene)).toEqual([['create or join', 'leave']]);
    scene.server.newest().letGo();
    expect([scene.server.newest().isClosed, scene.clock.timers]).toEqual([true, 0]);
  });

  it('between two attempts leaves on the next one, without entering', async () => {
    const scene = await openWithBob();
    scene.server.newest().drop();
    await scene.clock.advance(0);
    scene.server.newest().drop();
    scene.off.abort();
    scene.server.newest().open();
    expect(saidOn(scene)).toEqual([['create or join'], [], ['leave']]);
    scene.server.newest().letGo();
    expect((await scene.channel.closed).reason).toBe('aborted');
  });
});

describe('while a page gives its seat up', () => {
  it.each(['leave', 'close'] as const)(
    'by %s(), the next channel of the same name waits for it',
    async (way) => {
      const scene = await openWithBob();
      const going = scene.channel[way]();
      await settle();
      const { server, url, clock, page, storage } = scene;
      const parts = {
        server: url,
        channel: 'red',
        openTransport: server.openTransport,
        unreachableAfterMs: 10_000,
      };
      const opening = openRoomChannel({ ...parts, clock, page, storage });
      await settle();
      expect(server.connections).toHaveLength(1);
      if (way === 'leave') server.newest().letGo();
      else server.newest().hear('Bye', { reason: 'said' });
      await going;
      await settle();
      expect(server.connections).toHaveLength(2);
      server.newest().letIn(bobIsHere);
      expect((await opening).state).toBe('open');
    },
  );
});
