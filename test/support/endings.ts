// Every way in which a connection can end, on both protocols, over both transports. Each of them begins with nobody there.
import { expect } from 'vitest';
import { enginePath, openSession, post } from './engine.js';
import type { HeldClock } from './held-clock.js';
import {
  closeFrameOf,
  frameOf,
  openRawSocketIo,
  openRawWebSocket,
  type RawWebSocket,
} from './raw-websocket.js';
import type { Steering } from './steered-store.js';

export const heartbeatMs = 10_000;
export const graceMs = 30_000;
const large = frameOf('x'.repeat(1_100_000));
const joins = frameOf('42["create or join","Test"]');

export interface EndingScene {
  url: string;
  port: number;
  clock: HeldClock;
  /** Of the rooms. */
  store: Pick<Steering, 'hold' | 'release'>;
}

/** Resolves when the connection has ended, or when everything has been done to it after which it has to. */
export type Ending = (scene: EndingScene) => Promise<void>;

/** Of a WebSocket of either protocol that is open. */
export const endsOfWebSocket: Record<string, (client: RawWebSocket, clock: HeldClock) => void> = {
  'closes it': ({ socket }) => socket.end(closeFrameOf(1000)),
  'ends TCP without a close frame': ({ socket }) => socket.end(),
  'resets TCP': ({ socket }) => socket.resetAndDestroy(),
  'answers no ping': (_client, clock) => clock.advanceNow(2 * heartbeatMs),
  'sends a frame that is none': ({ socket }) => socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff])),
  'sends too large a frame': ({ socket }) => socket.write(large),
};

export const roomEndings: Record<string, Ending> = {
  ...Object.fromEntries(
    Object.entries(endsOfWebSocket).map(([name, end]): [string, Ending] => [
      `a WebSocket that joined, has a seat, and ${name}`,
      async ({ port, clock }) => {
        const client = await openRawSocketIo(port);
        client.write(joins);
        await client.hears(/^42\["created"/);
        end(client, clock);
        await client.closed;
      },
    ]),
  ),
  'a WebSocket that says Bye': async ({ port }) => {
    const client = await openRawSocketIo(port);
    client.write(joins, frameOf('42["Bye","Test"]'));
    await client.closed;
  },
  'a WebSocket that leaves the namespace and stays': async ({ port, clock }) => {
    const before = clock.timers;
    const client = await openRawSocketIo(port);
    client.write(joins);
    await client.hears(/^42\["created"/);
    client.write(frameOf('41'));
    await expect.poll(() => clock.timers).toBe(before + 1);
    clock.advanceNow(10_000);
    await client.closed;
  },
  'a WebSocket whose seat another one takes': async ({ port, clock }) => {
    const enter = frameOf('42["create or join","Test",{"resume":true,"seat":"a1"}]');
    const before = clock.timers;
    const [one, other] = [await openRawSocketIo(port), await openRawSocketIo(port)];
    one.write(enter);
    await one.hears(/^42\["created"/);
    other.write(enter);
    await one.closed;
    other.socket.resetAndDestroy();
    await other.closed;
    await passGrace(clock, before);
  },
  'a WebSocket that reads no more': async ({ port }) => {
    const client = await openRawSocketIo(port);
    client.socket.pause();
    const nonsense = Array.from({ length: 500 }, () => frameOf('42["nonsense"]'));
    await talkUntilCut(client, Buffer.concat(nonsense));
  },
  'a WebSocket with too many events': async ({ port, store }) => {
    const client = await openRawSocketIo(port);
    store.hold();
    client.write(joins, ...Array.from({ length: 1001 }, () => frameOf('42["x"]')));
    await client.closed;
    store.release();
  },
  'a WebSocket with too large a CONNECT': async ({ port }) => {
    const client = await openRawWebSocket(port, `${enginePath}websocket`);
    client.write(frameOf(`40{"a":"${'x'.repeat(17_000)}"}`));
    await client.closed;
  },
  'a WebSocket that never joins': async ({ port, clock }) => {
    const client = await openRawWebSocket(port, `${enginePath}websocket`);
    clock.advanceNow(10_000);
    await client.closed;
  },
  'an upgrade that resets TCP, and polling that is abandoned': async ({ url, port, clock }) => {
    const session = await openSession(url);
    await post(session, '40');
    const client = await probe(session, port);
    client.socket.resetAndDestroy();
    await client.closed;
    clock.advanceNow(6 * 60_000);
  },
  'polling that closes during the upgrade': async ({ url, port }) => {
    const session = await openSession(url);
    await post(session, '40');
    const client = await probe(session, port);
    await post(session, '1');
    await client.closed;
  },
  'an upgrade that is done and then resets TCP': async ({ url, port }) => {
    const session = await openSession(url);
    await post(session, '40');
    const client = await probe(session, port);
    client.write(frameOf('5'));
    await client.hears(/^40\{/);
    client.socket.resetAndDestroy();
    await client.closed;
  },
  'polling that closes': async ({ url }) => {
    const session = await openSession(url);
    await post(session, '40', '1');
  },
  'polling that joined and is abandoned': async ({ url, clock }) => {
    await post(await openSession(url), '40');
    clock.advanceNow(6 * 60_000);
  },
  'polling that never joins': async ({ url, clock }) => {
    await openSession(url);
    clock.advanceNow(10_000);
  },
  'polling that aborts its GET': async ({ url }) => {
    const session = await openSession(url);
    await post(session, '40');
    await (await fetch(session)).text();
    const abort = new AbortController();
    const got = fetch(session, { signal: abort.signal });
    await post(session, '3');
    abort.abort();
    await got.catch(() => {});
  },
  'polling with two GETs at a time': async ({ url }) => {
    const session = await openSession(url);
    await post(session, '40');
    await (await fetch(session)).text();
    await Promise.all([fetch(session), fetch(session)]).catch(() => {});
  },
  'polling with two CONNECTs': async ({ url }) => {
    await post(await openSession(url), '40', '40');
  },
  'polling that fetches nothing and has too much to read': async ({ url }) => {
    const session = await openSession(url);
    await post(session, '40');
    const nonsense = Array.from({ length: 5000 }, () => '42["nonsense"]');
    while ((await post(session, ...nonsense)) === 200);
  },
  'polling that says Bye and is abandoned': async ({ url, clock }) => {
    const session = await openSession(url);
    await post(session, '40');
    await post(session, '42["create or join","Test"]', '42["Bye","Test"]');
    clock.advanceNow(6 * 60_000);
  },
};

/** The server has noticed that it is gone, and has kept its seat or name: now that expires. */
export async function passGrace(clock: HeldClock, before: number): Promise<void> {
  await expect.poll(() => clock.timers).toBe(before + 1);
  clock.advanceNow(graceMs + 1000);
  await expect.poll(() => clock.timers).toBe(before);
}

/** A WebSocket that a session of long-polling wants to go over to. */
async function probe(session: string, port: number): Promise<RawWebSocket> {
  const { pathname, search } = new URL(session.replace('polling', 'websocket'));
  const client = await openRawWebSocket(port, `${pathname}${search}`);
  client.write(frameOf('2probe'));
  await client.hears(/^3probe$/);
  return client;
}

/**
 * Sends what is answered, and reads nothing, until the server has cut it; then it reads to the end.
 * @param answered 500 messages. Their answers, 70 KB, fill what Linux keeps for a connection (10 MB) in 200 rounds.
 */
export async function talkUntilCut({ socket, closed }: RawWebSocket, answered: Buffer): Promise<void> {
  for (let round = 0; round < 200; round++) {
    socket.write(answered);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.resume();
  await closed;
}
