// Waiting in line for a name, and for one that this page itself is giving up.
import { describe, expect, it } from 'vitest';
import { openLoggedInLine } from '../../client/users/user-line.js';
import { createFakePage, createFakeStorage } from '../support/fake-page.js';
import { createFakeUserServer } from '../support/fake-user-transport.js';
import { createHeldClock, settle } from '../support/held-clock.js';

/** Names of one page meet by their key, so each test has its own. */
let keys = 0;

function openLine() {
  const server = createFakeUserServer();
  const clock = createHeldClock();
  const page = createFakePage();
  const storage = createFakeStorage();
  const waits: (number | undefined)[] = [];
  const off = new AbortController();
  const key = `name ${++keys}`;
  const open = (signal?: AbortSignal) => {
    const opening = openLoggedInLine({
      name: 'ann',
      key,
      leaveUrl: 'https://parley.test/leave',
      openTransport: server.openTransport,
      clock,
      page,
      unreachableAfterMs: 10_000,
      signal,
      policy: { delayMs: () => 0 },
      onWait: (freeInMs) => void waits.push(freeInMs),
      storage,
    });
    opening.catch(() => {});
    return opening;
  };
  return { server, clock, page, storage, waits, off, open, opening: open(off.signal) };
}

const taken = (retryInMs?: number) =>
  ({
    type: 'login',
    success: false,
    reason: 'taken',
    message: 'Taken.',
    ...(retryInMs !== undefined && { retryInMs }),
  }) as const;

describe('a name that is taken', () => {
  it('is asked for again on the same connection until it is free', async () => {
    const { server, clock, waits, opening } = openLine();
    server.newest().open();
    server.newest().hear(taken());
    await clock.advance(1500);
    server.newest().hear(taken(900));
    await clock.advance(900);
    const attempts = server.newest().said.map((message) => message.type === 'login' && message.attempt);
    server.newest().hear({ type: 'login', success: true, iceServers: [] });
    expect([(await opening).state, attempts, waits]).toEqual(['open', [1, 2, 3], [undefined, 900]]);
  });

  it('is left alone at once when the program aborts', async () => {
    const { server, clock, off, opening } = openLine();
    server.newest().open();
    server.newest().hear(taken());
    off.abort();
    await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
    await clock.advance(10_000);
    expect([server.newest().said.length, clock.timers]).toEqual([1, 0]);
  });
});

it('a program that has aborted waits for no name: an answer that it is taken ends it', async () => {
  const { server, clock, waits, off, opening } = openLine();
  server.isSlow = true;
  server.newest().open();
  off.abort();
  server.newest().hear(taken(800));
  await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
  expect([waits, clock.timers]).toEqual([[], 0]);
});

it('aborting after close() does not cut the time for receipts short', async () => {
  const { server, off, opening } = openLine();
  server.newest().letIn();
  const line = await opening;
  const calling = line.call('bob');
  server.newest().hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'b' } } });
  const channel = await calling;
  void channel.send('last words').catch(() => {});
  const closing = line.close();
  off.abort();
  await settle();
  expect([server.newest().isLoggedOut, channel.state]).toEqual([false, 'open']);
  const receipt = { from: 'b', to: channel.me, upTo: 1 };
  server.newest().hear({ type: 'candidate', name: 'bob', candidate: { parley: { receipt } } });
  await closing;
  expect([server.newest().isLoggedOut, (await line.closed).reason]).toEqual([true, 'closed']);
});

describe('a name that this page gives up', () => {
  it.each(['close', 'abort'] as const)('by %s is waited for', async (how) => {
    const { server, open, opening, off } = openLine();
    server.isSlow = true;
    server.newest().letIn();
    const line = await opening;
    if (how === 'close') void line.close();
    else off.abort();
    await settle();
    expect([server.newest().isLoggedOut, line.state]).toEqual([true, 'open']);
    const next = open();
    await settle();
    expect(server.connections).toHaveLength(1);
    server.newest().drop();
    await settle();
    expect([line.state, server.connections.length]).toEqual(['closed', 2]);
    server.newest().letIn();
    expect((await next).state).toBe('open');
  });

  it('is waited for, also by who asks before it is there: it may be given up at once', async () => {
    const { server, clock, waits, open, opening } = openLine();
    server.isSlow = true;
    void opening.then((line) => line.close());
    const second = open();
    server.newest().letIn();
    await clock.advance(0);
    expect(server.connections).toHaveLength(1);
    server.newest().drop();
    await settle();
    server.newest().letIn();
    expect([(await second).state, server.connections.length, waits]).toEqual(['open', 2, []]);
  });

  it.each([0, 3000])(
    '%i ms after its login, without an answer, is logged out on the same connection',
    async (ms) => {
      const { server, clock, off, opening } = openLine();
      server.isSlow = true;
      server.newest().open();
      await clock.advance(ms);
      off.abort();
      await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
      expect(server.newest().isLoggedOut).toBe(true);
      server.newest().drop();
      await clock.advance(10_000);
      expect([server.connections.length, clock.timers]).toEqual([1, 0]);
    },
  );
});

it.each([
  ['closes, without a word of the server', 'may still have', 1],
  ['closes', 'has given up', 0],
])('a line that %s keeps the token of a name that it %s', async (_how, _what, tokens) => {
  const { server, clock, storage, opening } = openLine();
  server.isSlow = tokens > 0;
  server.newest().letIn();
  const closing = (await opening).close();
  await clock.advance(900);
  await closing;
  expect(storage.kept.size).toBe(tokens);
});

it('a line that is over is in no way of the next one after close()', async () => {
  const { server, open, opening } = openLine();
  server.newest().letIn();
  const line = await opening;
  server.newest().hear({ type: 'error', code: 'taken-over', message: 'Elsewhere.' });
  await line.close();
  const next = open();
  expect(server.connections).toHaveLength(2);
  server.newest().letIn();
  expect((await next).state).toBe('open');
});

it('[U30] a page that goes says so for its name, too', async () => {
  const { server, page, opening } = openLine();
  server.newest().letIn();
  await opening;
  const [login] = server.newest().said;
  page.leave();
  const seat = login?.type === 'login' && login.next;
  expect(page.lastWords).toEqual([
    { url: 'https://parley.test/leave', text: JSON.stringify({ name: 'ann', seat }) },
  ]);
});
