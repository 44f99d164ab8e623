// Functions of the program that the library calls while it works: they may throw, close, or abort, and leave nothing behind.
import { getEventListeners } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openRoomChannel } from '../../client/rooms/room-session.js';
import { randomId } from '../../client/transport/resume-tokens.js';
import { openLoggedInLine } from '../../client/users/user-line.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeServer } from '../support/fake-room-transport.js';
import { createFakeUserServer } from '../support/fake-user-transport.js';
import { createHeldClock, settle } from '../support/held-clock.js';

const error = new Error('of the program');
const fail = (): never => {
  throw error;
};

/** What would be thrown on its own, where programs look for it. */
function watchThrown(): { readonly count: number } {
  const tasks: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => tasks.push(task));
  onTestFinished(() => {
    vi.unstubAllGlobals();
    for (const task of tasks) expect(task).toThrow(error);
  });
  return {
    get count() {
      return tasks.length;
    },
  };
}

const usual = () => ({
  clock: createHeldClock(),
  page: createFakePage(),
  policy: { delayMs: () => 0 },
  unreachableAfterMs: 10_000,
});

it('a channel opens and closes, whatever onTrace and onWait throw', async () => {
  const thrown = watchThrown();
  const parts = usual();
  const server = createFakeServer();
  const opening = openRoomChannel({
    ...parts,
    server: 'http://handlers.test',
    channel: 'red',
    openTransport: server.openTransport,
    onTrace: fail,
    onWait: fail,
  });
  server.newest().letIn({ status: 'full' });
  await parts.clock.advance(1500);
  server.newest().letIn();
  const channel = await opening;
  expect(thrown.count).toBeGreaterThan(0);
  const leaving = channel.leave();
  await settle();
  server.newest().letGo();
  await leaving;
  expect([channel.state, parts.clock.timers, parts.page.listeners]).toEqual(['closed', 0, 0]);
});

it('an opening that onTrace throws into is given up in time', async () => {
  const thrown = watchThrown();
  const parts = usual();
  const opening = openRoomChannel({
    ...parts,
    server: 'http://handlers.test',
    channel: 'green',
    openTransport: createFakeServer().openTransport,
    onTrace: fail,
  });
  const failing = expect(opening).rejects.toMatchObject({ reason: 'unreachable' });
  await parts.clock.advance(10_000);
  await failing;
  expect(thrown.count).toBeGreaterThan(0);
});

/** @param onTrace of the line, and `onWait` throws */
async function openAnn(onTrace?: () => void) {
  const parts = usual();
  const server = createFakeUserServer();
  const opening = openLoggedInLine({
    ...parts,
    name: 'ann',
    openTransport: server.openTransport,
    key: randomId(),
    onTrace,
    onWait: fail,
  });
  if (onTrace) {
    server.newest().open();
    server.newest().hear({ type: 'login', success: false, reason: 'taken', message: 'No.' });
    await parts.clock.advance(1500);
  }
  server.newest().letIn();
  return { ...parts, server, line: await opening };
}

it('a line opens and closes, whatever onTrace and onWait throw', async () => {
  const thrown = watchThrown();
  const { line, clock, page } = await openAnn(fail);
  expect(thrown.count).toBeGreaterThan(0);
  await line.close();
  expect([line.state, clock.timers, page.listeners]).toEqual(['closed', 0, 0]);
});

it.each([
  ['closes the line', 'closed', ['offer', 'leave']],
  ['aborts the call', 'aborted', ['offer', 'leave']],
])('a call rejects when a handler %s while it is made', async (what, reason, said) => {
  const { line, server } = await openAnn();
  const off = new AbortController();
  line.on('trace', ({ event, direction }) => {
    if (event !== 'offer' || direction !== 'out') return;
    if (what === 'aborts the call') off.abort();
    else void line.close();
  });
  await expect(line.call('bob', { signal: off.signal })).rejects.toMatchObject({ reason });
  const types = server.newest().said.map(({ type }) => type);
  expect(types.filter((type) => said.includes(type))).toEqual(said);
  await line.close();
});

it('a signal keeps nothing of calls that were taken, refused, or taken back', async () => {
  const { line, server } = await openAnn();
  const { signal } = new AbortController();
  for (const answer of [
    { type: 'leave', name: 'bob' },
    { type: 'error', code: 'not-online', message: 'No.' },
    { type: 'answer', name: 'bob', answer: { parley: { me: 'bob' } } },
  ] as const) {
    const calling = line.call('bob', { signal });
    calling.catch(() => {});
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    server.newest().hear(answer);
    await Promise.allSettled([calling]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  }
  await line.close();
});
