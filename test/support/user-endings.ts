// Every way in which a connection of the user protocol can end. Each of them begins with nobody there.
import { endsOfWebSocket, passGrace, talkUntilCut, type Ending } from './endings.js';
import { frameOf, openRawWebSocket, type RawWebSocket } from './raw-websocket.js';

const loginOf = (name: string, more: object = {}): Buffer =>
  frameOf(JSON.stringify({ type: 'login', name, ...more }));

export const userEndings: Record<string, Ending> = {
  ...Object.fromEntries(
    Object.entries(endsOfWebSocket).map(([name, end]): [string, Ending] => [
      `a user that is in a call and ${name}`,
      async ({ port, clock }) => {
        const [ann, bob] = [await openUser(port, 'ann'), await openUser(port, 'bob')];
        ann.write(frameOf('{"type":"offer","name":"bob","offer":1}'));
        await bob.hears(/"offer"/);
        end(ann, clock);
        await ann.closed;
        bob.socket.resetAndDestroy();
        await bob.closed;
      },
    ]),
  ),
  'a user with a resume token that goes and does not return': async ({ port, clock }) => {
    const before = clock.timers;
    const ann = await openUser(port, 'ann', { resume: true, seat: 'a1' });
    ann.socket.resetAndDestroy();
    await ann.closed;
    await passGrace(clock, before);
  },
  'a user whose name another one takes': async ({ port, clock }) => {
    const before = clock.timers;
    const [one, other] = [await openRawWebSocket(port, '/'), await openRawWebSocket(port, '/')];
    one.write(loginOf('ann', { resume: true, seat: 'a1' }));
    await one.hears(/"login"/);
    other.write(loginOf('ann', { resume: true, seat: 'a1' }));
    await one.closed;
    other.socket.resetAndDestroy();
    await other.closed;
    await passGrace(clock, before);
  },
  'a user that watches the list': async ({ port, clock }) => {
    const ann = await openUser(port, 'ann');
    ann.write(frameOf('{"type":"users","watch":true}'));
    await ann.hears(/"users"/);
    ann.socket.resetAndDestroy();
    await ann.closed;
    clock.advanceNow(2000);
  },
  'a user that reads no more': async ({ port }) => {
    const ann = await openUser(port, 'ann');
    ann.socket.pause();
    await talkUntilCut(ann, Buffer.concat(Array.from({ length: 500 }, () => frameOf('{"type":"nonsense"}'))));
  },
  'a user with too many messages': async ({ port, store }) => {
    const ann = await openRawWebSocket(port, '/');
    const leave = frameOf('{"type":"leave","name":"x"}');
    store.hold();
    ann.write(loginOf('ann'), ...Array.from({ length: 1001 }, () => leave));
    await ann.closed;
    store.release();
  },
  'a stranger that does not log in': async ({ port, clock }) => {
    const cy = await openRawWebSocket(port, '/');
    clock.advanceNow(10 * 60_000);
    await cy.closed;
  },
};

async function openUser(port: number, name: string, more: object = {}): Promise<RawWebSocket> {
  const client = await openRawWebSocket(port, '/');
  client.write(loginOf(name, more));
  await client.hears(/"success":true/);
  return client;
}
