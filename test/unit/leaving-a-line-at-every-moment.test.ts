// A program may close a user line, abort, or both, at any moment of logging in, of calling, and of returning: a name that
// the server may have given it is given up, each promise settles, and nothing is left behind. [U22]
import { describe, it } from 'vitest';
import { openLoggedInLine } from '../../client/users/user-line.js';
import { expectNothingLeft, momentsOf, ways, type Opened, type Step } from '../support/every-moment.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeUserServer, type FakeUserConnection } from '../support/fake-user-transport.js';
import { createHeldClock, settle } from '../support/held-clock.js';

/** Each test has a name of its own, since what one page opens under a name meets. */
let names = 0;

function openLine() {
  const server = createFakeUserServer();
  server.isSlow = true;
  const clock = createHeldClock();
  const page = createFakePage();
  const off = new AbortController();
  const opening = openLoggedInLine({
    name: 'ann',
    key: `every moment ${++names}`,
    openTransport: server.openTransport,
    clock,
    page,
    unreachableAfterMs: 10_000,
    signal: off.signal,
    policy: { delayMs: () => 500 },
    onWait: () => {},
  });
  opening.catch(() => {});
  const opened = new Set<FakeUserConnection>();
  const over = new Set<FakeUserConnection>();
  const handled = new Map<FakeUserConnection, number>();
  let mayHold = false;

  function open(connection: FakeUserConnection): void {
    opened.add(connection);
    connection.open();
  }

  function answerNewest(isFree: boolean): void {
    const connection = server.newest();
    handled.set(connection, connection.said.length);
    mayHold = isFree;
    if (isFree) connection.hear({ type: 'login', success: true, iceServers: [] });
    else connection.hear({ type: 'login', success: false, reason: 'taken', message: 'Taken.' });
  }

  function drop(connection: FakeUserConnection): void {
    over.add(connection);
    connection.drop();
  }

  function serve(): void {
    for (const connection of server.connections) {
      if (over.has(connection)) continue;
      if (!opened.has(connection) && !connection.isLoggedOut) open(connection);
      const since = handled.get(connection) ?? 0;
      handled.set(connection, connection.said.length);
      const isAsked = connection.said.slice(since).some(({ type }) => type === 'login');
      if (isAsked) mayHold = true;
      if (connection.isLoggedOut) {
        mayHold = false;
        drop(connection);
      } else if (isAsked) {
        connection.hear({ type: 'login', success: true, iceServers: [], resumed: true, call: null });
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
    drop: () => drop(server.newest()),
    isGone: () => !mayHold,
    async program(): Promise<Opened> {
      const line = await Promise.race([opening, settle()]);
      return {
        goByItself: () => line?.close() ?? off.abort(),
        close: () => line?.close() ?? off.abort(),
        abort: () => off.abort(),
      };
    },
  };
}

type Scene = ReturnType<typeof openLine>;

const steps: Step<Scene>[] = [
  [
    'the connection is open, and a login sent',
    (scene) => {
      scene.open();
      scene.hold();
    },
  ],
  ['the server is long about it', ({ clock }) => clock.advance(2500)],
  ['the name is taken', ({ answerNewest }) => answerNewest(false)],
  ['it waits in line', ({ clock }) => clock.advance(1000)],
  [
    'asked again',
    ({ clock, hold }) => {
      hold();
      return clock.advance(500);
    },
  ],
  ['the connection is lost', ({ drop }) => drop()],
  ['the next attempt begins', ({ clock }) => clock.advance(500)],
  ['it is open, and a login sent', ({ open }) => open()],
  ['logged in', ({ answerNewest }) => answerNewest(true)],
  [
    'a call rings there',
    async ({ opening }) => {
      (await opening).call('bob').catch(() => {});
    },
  ],
  [
    'it is taken',
    ({ server }) =>
      server.newest().hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'bob 1' } } }),
  ],
  ['the line is lost', ({ drop }) => drop()],
  ['the page is seen again', ({ page }) => page.comeBack()],
  ['its connection is open, and a login sent', ({ open }) => open()],
  ['the name is taken back', ({ answerNewest }) => answerNewest(true)],
];

describe.each(ways)('[U22] a program with a user line %s', (_how, go) => {
  it.each(momentsOf(steps))('after step %s', async (_moment, before) => {
    await expectNothingLeft(openLine(), before, go, 3000);
  });
});
