// Waiting in line for a seat, and for one that this page itself is giving up.
import { describe, expect, it } from 'vitest';
import { openRoomChannel, type RoomChannelParts } from '../../client/rooms/room-session.js';
import type { ChannelFailure } from '../../client/transport/channel-failure.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeServer } from '../support/fake-room-transport.js';
import { createHeldClock, settle } from '../support/held-clock.js';

/** Seats of one page meet by their key, so each test has its own. */
let keys = 0;

const full = (retryInMs?: number) =>
  ({ status: 'full', ...(retryInMs !== undefined && { retryInMs }) }) as const;

function openRoom(parts: Partial<RoomChannelParts> = {}) {
  const server = createFakeServer();
  const clock = createHeldClock();
  const waits: (number | undefined)[] = [];
  const off = new AbortController();
  const usual = {
    server: `http://line-${++keys}.test`,
    channel: 'red',
    openTransport: server.openTransport,
    clock,
    page: createFakePage(),
    unreachableAfterMs: 10_000,
    signal: off.signal,
    policy: { delayMs: () => 0 },
    onWait: (freeInMs: number | undefined) => void waits.push(freeInMs),
    ...parts,
  };
  const open = (more: Partial<RoomChannelParts> = {}) => {
    const opening = openRoomChannel({ ...usual, ...more });
    opening.catch(() => {});
    return opening;
  };
  /** Names of the events on each connection. */
  const said = () => server.connections.map((connection) => connection.said.map(([event]) => event));
  return { server, clock, waits, off, open, opening: open(), said };
}

describe('a channel that is full', () => {
  it('is asked for again on the same connection, when a seat can be free, and after 1.5 s at most', async () => {
    const { server, clock, waits, opening } = openRoom();
    const times: number[] = [];
    for (const retryInMs of [undefined, 2500, 400]) {
      server.newest().letIn(full(retryInMs));
      const before = server.newest().said.length;
      while (server.newest().said.length === before) await clock.advance(100);
      times.push(clock.now());
    }
    server.newest().letIn();
    expect((await opening).state).toBe('open');
    expect([times, waits, server.connections.length]).toEqual([
      [1500, 3000, 3400],
      [undefined, 2500, 400],
      1,
    ]);
  });

  it('is waited for as long as it takes, also over lost connections', async () => {
    const { server, clock, opening } = openRoom();
    server.newest().letIn(full());
    for (let minute = 0; minute < 3; minute++) {
      await clock.advance(1500);
      server.newest().letIn(full());
      server.newest().drop();
      await clock.advance(5000);
      server.newest().letIn(full());
    }
    await clock.advance(1500);
    server.newest().letIn();
    expect((await opening).state).toBe('open');
  });

  it('is given up when the server cannot be reached any more', async () => {
    const { server, clock, opening } = openRoom();
    server.newest().letIn(full());
    await clock.advance(1000);
    server.newest().drop();
    await clock.advance(10_000);
    await expect(opening).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('is left alone at once when the program aborts between two requests', async () => {
    const { server, clock, off, opening, said } = openRoom();
    server.newest().letIn(full());
    off.abort();
    await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
    await clock.advance(10_000);
    expect([said(), server.newest().isClosed, clock.timers]).toEqual([[['create or join']], true, 0]);
  });

  it('[R35] is left again when the program aborts while a request is on its way', async () => {
    const { server, clock, off, opening, said } = openRoom();
    for (let times = 0; times < 3; times++) {
      server.newest().letIn(full());
      await clock.advance(1500);
    }
    off.abort();
    await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
    expect(said()).toEqual([[...Array<string>(4).fill('create or join'), 'leave']]);
    server.newest().letGo();
    expect([server.newest().isClosed, clock.timers]).toEqual([true, 0]);
  });

  it('is over at once when the program has aborted, and the answer is that there is no seat', async () => {
    const { server, clock, waits, off, opening } = openRoom();
    server.newest().letIn(full());
    await clock.advance(1500);
    off.abort();
    server.newest().letIn(full(800));
    await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
    expect([waits, server.newest().isClosed, clock.timers]).toEqual([[undefined], true, 0]);
  });

  it('ends a channel that has been open: somebody else has its seat', async () => {
    const { server, clock, opening } = openRoom();
    server.newest().letIn();
    const channel = await opening;
    server.newest().drop();
    await clock.advance(0);
    server.newest().letIn(full());
    expect((await channel.closed).reason).toBe('full');
  });

  it('fails without the wish to wait', async () => {
    const { server, opening } = openRoom({ onWait: undefined });
    server.newest().letIn(full(2000));
    await expect(opening).rejects.toMatchObject({ reason: 'full' });
  });
});

describe('a seat that this page gives up', () => {
  it('is waited for, that of each channel', async () => {
    const { server, clock, open, opening } = openRoom();
    server.newest().letIn();
    const ann = await opening;
    await clock.advance(0);
    const second = open();
    server.newest().letIn({ status: 'joined', role: 'joiner' });
    const bob = await second;
    await clock.advance(0);
    void ann.leave();
    void bob.leave();
    const third = open();
    await settle();
    expect(server.connections).toHaveLength(2);
    server.connections[0]?.letGo();
    await settle();
    expect(server.connections).toHaveLength(2);
    server.connections[1]?.letGo();
    await settle();
    expect(server.connections).toHaveLength(3);
    server.newest().letIn();
    expect((await third).state).toBe('open');
    await clock.advance(0);
  });

  it('is waited for no longer than the program wants', async () => {
    const { server, open, opening } = openRoom();
    server.newest().letIn();
    void (await opening).leave();
    const off = new AbortController();
    const next = open({ signal: off.signal });
    off.abort();
    await expect(next).rejects.toMatchObject({ reason: 'aborted' });
    expect(server.connections).toHaveLength(1);
    server.newest().letGo();
    await settle();
    expect(server.connections).toHaveLength(1);
  });

  it('[R1] is known under any spelling of the channel', async () => {
    const { server, open, opening } = openRoom({ channel: 'Zo\u00eb' });
    server.newest().letIn();
    void (await opening).leave();
    const next = open({ channel: 'Zoe\u0308' });
    await settle();
    expect(server.connections).toHaveLength(1);
    server.newest().letGo();
    await settle();
    server.newest().letIn();
    expect((await next).name).toBe('Zoe\u0308');
  });

  it('is waited for, also by who asks before it is there: it may be left at once', async () => {
    const { server, clock, open, opening } = openRoom();
    void opening.then((channel) => channel.leave());
    const second = open();
    server.newest().letIn();
    await clock.advance(0);
    expect(server.connections).toHaveLength(1);
    server.newest().letGo();
    await settle();
    expect(server.connections).toHaveLength(2);
    server.newest().letIn();
    expect((await second).state).toBe('open');
  });

  it('has no more time when those before it have tried in vain for all of it', async () => {
    const { server, clock, open, opening } = openRoom();
    const second = open();
    await clock.advance(4000);
    const third = open();
    const reasons: unknown[] = [];
    for (const one of [opening, second, third])
      one.catch((failure: unknown) => reasons.push([(failure as ChannelFailure).reason, clock.now()]));
    await clock.advance(10_000);
    expect([reasons, server.connections.length, clock.timers]).toEqual([
      [
        ['unreachable', 10_000],
        ['unreachable', 10_000],
        ['unreachable', 14_000],
      ],
      3,
      0,
    ]);
  });

  it('has all its time when one before it was answered', async () => {
    const { server, clock, open, opening } = openRoom({ onWait: undefined });
    const second = open();
    await clock.advance(9000);
    server.newest().letIn(full());
    await expect(opening).rejects.toMatchObject({ reason: 'full' });
    await clock.advance(9000);
    server.newest().letIn();
    expect((await second).state).toBe('open');
  });

  it.each(['there', 'full', 'over'] as const)('is no more in the way when it is %s', async (how) => {
    const { server, clock, open, off } = openRoom({ onWait: how === 'full' ? () => {} : undefined });
    const others = [open({ signal: undefined }), open({ signal: undefined })];
    expect(server.connections).toHaveLength(1);
    if (how === 'there') server.newest().letIn();
    if (how === 'full') server.newest().letIn(full());
    if (how === 'over') off.abort();
    await clock.advance(0);
    // One after the other: the third waits for the second.
    expect(server.connections).toHaveLength(2);
    server.newest().letIn();
    await clock.advance(0);
    server.newest().letIn();
    expect((await Promise.all(others)).map(({ state }) => state)).toEqual(['open', 'open']);
  });
});
