// A room channel: not opening, being ended by others, and closing.
import { describe, expect, it } from 'vitest';
import { settle } from '../support/held-clock.js';
import { bobIsHere, openScene, openWithBob } from '../support/room-channel-scene.js';

describe('the end of a room channel', () => {
  it.each([
    ['Bye', ['Bye', { reason: 'said' }], 'ended', 'Ack'],
    ['taken-over', ['taken-over'], 'taken-over', 'create or join'],
  ] as const)('%s closes it for good', async (_name, event, reason, lastSaid) => {
    const { server, clock, page, storage, channel, states } = await openWithBob();
    const sent = channel.send('x');
    server.newest().said.pop();
    server.newest().hear(...event);
    await expect(sent).rejects.toMatchObject({ reason });
    expect((await channel.closed).reason).toBe(reason);
    expect(states).toEqual([['closed', reason]]);
    expect(server.newest().said.at(-1)?.[0]).toBe(lastSaid);
    await clock.advance(60_000);
    expect(server.connections).toHaveLength(1);
    expect([storage.kept.size, page.listeners, clock.timers]).toEqual([0, 0, 0]);
  });

  it.each([
    [{ status: 'full' }, 'full'],
    [{ status: 'refused', code: 'ended', message: 'Over.' }, 'ended'],
    [{ status: 'refused', code: 'bad-channel', message: 'No name.' }, 'refused'],
  ] as const)('does not open: %j', async (answer, reason) => {
    const { server, opening, storage, clock } = openScene();
    server.newest().letIn(answer);
    await expect(opening).rejects.toMatchObject({ reason });
    expect([server.newest().isClosed, storage.kept.size, clock.timers]).toEqual([true, 0, 0]);
  });

  it.each(['draining', 'try-later', 'unavailable'] as const)('%s: tries again', async (code) => {
    const { server, opening, clock } = openScene();
    server.newest().letIn({ status: 'refused', code });
    await clock.advance(0);
    server.newest().letIn();
    expect((await opening).state).toBe('open');
  });

  it('gives up after 10 s, but only if it was never open', async () => {
    const { server, opening, clock } = openScene();
    for (let attempt = 0; attempt < 4; attempt++) {
      server.newest().drop();
      await clock.advance(attempt * 1000);
    }
    await clock.advance(10_000);
    await expect(opening).rejects.toMatchObject({ reason: 'unreachable' });
    const opened = await openWithBob();
    opened.server.newest().drop();
    await opened.clock.advance(60_000);
    expect(opened.channel.state).toBe('reconnecting');
  });

  it('called off while entering, it leaves no seat behind', async () => {
    const { server, opening, off } = openScene();
    server.newest().open();
    off.abort();
    await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
    expect(server.newest().said.map(([event]) => event)).toEqual(['create or join', 'leave']);
  });

  it('close() waits for receipts, says Bye, and settles within 2 s whatever happens', async () => {
    const { server, clock, channel } = await openWithBob();
    const sent = channel.send('last').catch((error: unknown) => error);
    const startedAt = clock.now();
    let closedAt: number | undefined;
    void channel.close().then(() => {
      closedAt = clock.now();
    });
    expect(channel.close()).toBe(channel.close());
    await expect(channel.send('too late')).rejects.toMatchObject({ reason: 'closed' });
    await clock.advance(1000);
    expect(server.newest().said.at(-1)).toEqual(['Bye', 'red']);
    await clock.advance(1000);
    await settle();
    expect((closedAt ?? Infinity) - startedAt).toBeLessThanOrEqual(2000);
    expect(await sent).toMatchObject({ reason: 'closed' });
    expect(clock.timers).toBe(0);
  });

  it('close() gives the receipt that it owes before it says Bye', async () => {
    const { server, channel } = await openWithBob();
    channel.on('message', () => {});
    server.newest().hear('message', 'just now', { seq: 1, from: 'bob', to: channel.me });
    void channel.close();
    await settle();
    expect(server.newest().said.slice(-2)).toEqual([
      ['received', { channel: 'red', upTo: 1, from: channel.me, to: 'bob' }],
      ['Bye', 'red'],
    ]);
  });

  it('close() while it is coming back says Bye as soon as it is in', async () => {
    const { server, clock, channel } = await openWithBob();
    server.newest().drop();
    await clock.advance(0);
    const closing = channel.close();
    await settle();
    server.newest().letIn(bobIsHere);
    expect(server.newest().said.at(-1)).toEqual(['Bye', 'red']);
    server.newest().drop();
    await closing;
    expect(channel.state).toBe('closed');
  });
});
