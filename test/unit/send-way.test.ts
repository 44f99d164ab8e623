// The way of one message through the library, read from the stack where it reaches the connection: down through the layers,
// through no file twice.
import { expect, it, onTestFinished } from 'vitest';
import { openLoggedInLine } from '../../client/users/user-line.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeUserServer } from '../support/fake-user-transport.js';
import { createHeldClock } from '../support/held-clock.js';
import { openWithBob } from '../support/room-channel-scene.js';

/** `at` notes the library's files on the stack, from the first call on. */
function watchFiles(): { files: string[]; at: () => void } {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  onTestFinished(() => {
    Error.stackTraceLimit = limit;
  });
  const files: string[] = [];
  return {
    files,
    at() {
      const way = [...(new Error().stack ?? '').matchAll(/\/client\/([\w-]+\/[\w-]+)\.ts/g)].map(
        ([, name = '']) => name,
      );
      files.push(...way.reverse().filter((name, index) => name !== way[index - 1]));
    },
  };
}

it('in a room: channel, sender, session', async () => {
  const { channel, server } = await openWithBob();
  const { files, at } = watchFiles();
  const { said } = server.newest();
  const push = said.push.bind(said);
  said.push = (frame) => {
    at();
    return push(frame);
  };
  channel.send('hello').catch(() => {});
  expect(files).toEqual(['channel/channel', 'reliable/sender', 'rooms/room-session']);
});

it('in a call by name: channel, sender, session', async () => {
  const server = createFakeUserServer();
  const opening = openLoggedInLine({
    name: 'ann',
    clock: createHeldClock(),
    openTransport: server.openTransport,
    page: createFakePage(),
    policy: { delayMs: () => 0 },
    key: 'send way',
    unreachableAfterMs: 10_000,
  });
  server.newest().letIn();
  const calling = (await opening).call('bob');
  server.newest().hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'bob' } } });
  const channel = await calling;
  const { files, at } = watchFiles();
  const { said } = server.newest();
  const push = said.push.bind(said);
  said.push = (message) => {
    at();
    return push(message);
  };
  channel.send('hello').catch(() => {});
  expect(files).toEqual(['channel/channel', 'reliable/sender', 'users/user-session']);
});
