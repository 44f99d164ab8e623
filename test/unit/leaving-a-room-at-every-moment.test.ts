// A program may leave a room, abort, or both, at any moment of opening a channel, of talking, and of returning: a seat that
// the server may have given it is given up, each promise settles, and nothing is left behind. [R35]
import { describe, it } from 'vitest';
import { openRoomChannel } from '../../client/rooms/room-session.js';
import { expectNothingLeft, momentsOf, ways, type Opened, type Step } from '../support/every-moment.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeServer, type FakeConnection } from '../support/fake-room-transport.js';
import { createHeldClock, settle } from '../support/held-clock.js';

/** Each test has a server of its own, since what one page opens under a name meets. */
let servers = 0;

function openRoom() {
  const server = createFakeServer();
  const clock = createHeldClock();
  const page = createFakePage();
  const off = new AbortController();
  const opening = openRoomChannel({
    server: `http://every-moment-${++servers}.test`,
    channel: 'red',
    openTransport: server.openTransport,
    clock,
    page,
    unreachableAfterMs: 10_000,
    signal: off.signal,
    policy: { delayMs: () => 500 },
    onWait: () => {},
  });
  opening.catch(() => {});
  const opened = new Set<FakeConnection>();
  const handled = new Map<FakeConnection, number>();
  /** The server may keep a seat for this side, as far as this side can know. */
  let mayHold = false;

  function open(connection: FakeConnection): void {
    opened.add(connection);
    connection.open();
  }

  function answerNewest(answer: Parameters<FakeConnection['letIn']>[0] = {}): void {
    const connection = server.newest();
    handled.set(connection, connection.said.length);
    mayHold = answer.status !== 'full';
    connection.letIn(answer);
  }

  function serve(): void {
    for (const connection of server.connections) {
      if (connection.isClosed) continue;
      if (!opened.has(connection)) open(connection);
      const since = handled.get(connection) ?? 0;
      handled.set(connection, connection.said.length);
      for (const [event] of connection.said.slice(since)) {
        if (event === 'create or join') {
          mayHold = true;
          connection.letIn({ status: 'resumed' });
        } else if (event === 'leave') {
          mayHold = false;
          connection.letGo();
        } else if (event === 'Bye') {
          mayHold = false;
          connection.hear('Bye', { reason: 'said' });
        }
      }
    }
  }

  return {
    server,
    clock,
    page,
    opening,
    serve,
    answerNewest,
    open: () => open(server.newest()),
    hold() {
      mayHold = true;
    },
    /** Whether every connection is closed and no seat is kept. */
    isGone: () => !mayHold && server.connections.every(({ isClosed }) => isClosed),
    async program(): Promise<Opened> {
      const channel = await Promise.race([opening, settle()]);
      return {
        goByItself: () => channel?.leave() ?? off.abort(),
        close: () => channel?.close() ?? off.abort(),
        abort: () => off.abort(),
      };
    },
  };
}

type Scene = ReturnType<typeof openRoom>;

const steps: Step<Scene>[] = [
  [
    'the connection is open, and asked for a seat',
    (scene) => {
      scene.open();
      scene.hold();
    },
  ],
  ['the server is long about it', ({ clock }) => clock.advance(2500)],
  ['the channel is full', ({ answerNewest }) => answerNewest({ status: 'full', retryInMs: 9000 })],
  ['it waits in line', ({ clock }) => clock.advance(1000)],
  [
    'asked again',
    ({ clock, hold }) => {
      hold();
      return clock.advance(500);
    },
  ],
  ['the connection is lost', ({ server }) => server.newest().drop()],
  ['the next attempt begins', ({ clock }) => clock.advance(500)],
  ['it is open, and asked', ({ open }) => open()],
  ['the channel is full once more', ({ answerNewest }) => answerNewest({ status: 'full' })],
  [
    'asked for the third time',
    ({ clock, hold }) => {
      hold();
      return clock.advance(1500);
    },
  ],
  ['there is a seat', ({ answerNewest }) => answerNewest()],
  ['the other one comes', ({ server }) => server.newest().hear('ready', 'red', { me: 'bob' })],
  [
    'a message waits for its receipt',
    async ({ opening }) => {
      (await opening).send('hello').catch(() => {});
    },
  ],
  ['the seat is lost with its connection', ({ server }) => server.newest().drop()],
  ['the page is seen again', ({ page }) => page.comeBack()],
  ['its connection is open, and asked', ({ open }) => open()],
  [
    'the seat is taken back',
    ({ answerNewest }) => answerNewest({ status: 'resumed', peer: { id: 'b', me: 'bob', presence: 'here' } }),
  ],
  ['the other one is away', ({ server }) => server.newest().hear('peer away')],
];

/** What was said on it has not reached the server. */
const losses = ways
  .filter(([how]) => !how.includes('goodbye'))
  .map(([how, go]) => [`${how}, and the connection is lost at once`, go, true] as const);

describe.each([...ways.map(([how, go]) => [how, go, false] as const), ...losses])(
  '[R35] a program %s',
  (_how, go, isLost) => {
    it.each(momentsOf(steps))('after step %s', async (_moment, before) => {
      const scene = openRoom();
      await expectNothingLeft(scene, before, go, 2000, () => {
        if (isLost && !scene.server.newest().isClosed) scene.server.newest().drop();
      });
    });
  },
);
