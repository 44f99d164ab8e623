// ICE servers in the library: there before the channel is, fresh before they run out, and never in a trace.
import { describe, expect, it } from 'vitest';
import { openLoggedInLine, type UserLine } from '../../client/users/user-line.js';
import type { SignalingChannel } from '../../client/channel/signaling-channel.js';
import type { IceGrant } from '../../server/protocol/ice-server.js';
import { randomId } from '../../client/transport/resume-tokens.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeUserServer, type FakeUserServer } from '../support/fake-user-transport.js';
import { createHeldClock, type HeldClock } from '../support/held-clock.js';
import { openScene } from '../support/room-channel-scene.js';

/** What the server gives the `turn`th time; it runs out after 10 s. */
function grant(turn: number): Required<IceGrant> {
  return {
    iceServers: [
      { urls: ['stun:a.example'] },
      { urls: ['turn:a.example'], username: `user ${turn}`, credential: `hush ${turn}` },
    ],
    iceTtlMs: 10_000,
  };
}

const first = grant(1);
const second = grant(2);
const hidden = { ...first, iceServers: [{ urls: ['stun:a.example'] }, concealed('user 1')] };

function concealed(username: string): object {
  return { urls: ['turn:a.example'], username, credential: '(hidden)' };
}

describe('a room channel', () => {
  async function openWithIce(ice: Partial<IceGrant> = first) {
    const scene = openScene();
    scene.server.newest().letIn(ice);
    const channel = await scene.opening;
    const heard: unknown[] = [];
    const seen: unknown[] = [];
    channel.on('iceServers', (servers) => heard.push(servers));
    channel.on('trace', ({ direction, event, args }) => seen.push([`${direction} ${event}`, ...args]));
    return { ...scene, channel, heard, seen };
  }

  const requests = (said: readonly unknown[][]): number =>
    said.filter(([event]) => event === 'ice servers').length;

  it('[R30] has the servers when it opens, and none when its server gives none', async () => {
    expect((await openWithIce()).channel.iceServers).toEqual(first.iceServers);
    expect((await openWithIce({})).channel.iceServers).toEqual([]);
  });

  it('[R30] asks for fresh ones at 80 % of their life, once, and again at 80 % of theirs', async () => {
    const { server, clock, channel, heard } = await openWithIce();
    const connection = server.newest();
    await clock.advance(7999);
    expect(requests(connection.said)).toBe(0);
    await clock.advance(1);
    expect(requests(connection.said)).toBe(1);
    connection.giveIce(second);
    expect([channel.iceServers, heard]).toEqual([second.iceServers, [second.iceServers]]);
    await clock.advance(2000);
    connection.answerCheck();
    await clock.advance(5999);
    expect(requests(connection.said)).toBe(1);
    await clock.advance(1);
    expect(requests(connection.said)).toBe(2);
    expect(server.connections).toHaveLength(1);
  });

  it('asks no more when the answer is a refusal or names no end', async () => {
    const { server, clock, channel } = await openWithIce();
    const connection = server.newest();
    await clock.advance(8000);
    connection.giveIce({ code: 'no-seat', message: 'No.' });
    expect(channel.iceServers).toEqual(first.iceServers);
    for (let turn = 0; turn < 5; turn++) {
      await clock.advance(10_000);
      connection.answerCheck();
    }
    expect(requests(connection.said)).toBe(1);
  });

  it('has fresh ones when it is back, asks nothing meanwhile, and counts from then on', async () => {
    const { server, clock, channel, heard } = await openWithIce();
    await clock.advance(7000);
    server.newest().drop();
    await clock.advance(0);
    server.newest().drop();
    await clock.advance(1000);
    server.newest().letIn({ status: 'resumed', ...second });
    expect([channel.iceServers, heard]).toEqual([second.iceServers, [second.iceServers]]);
    await clock.advance(7999);
    expect(server.connections.map(({ said }) => requests(said))).toEqual([0, 0, 0]);
    await clock.advance(1);
    expect(server.connections.map(({ said }) => requests(said))).toEqual([0, 0, 1]);
  });

  it('has none any more when the server that it comes back to names none', async () => {
    const { server, clock, channel, heard } = await openWithIce();
    server.newest().drop();
    await clock.advance(0);
    server.newest().letIn({ status: 'resumed', iceServers: [] });
    expect([channel.iceServers, heard]).toEqual([[], [[]]]);
  });

  it('leaves no timer behind, and an answer that comes after its end changes nothing', async () => {
    const { server, clock, channel, heard } = await openWithIce();
    await clock.advance(8000);
    const closing = channel.close();
    server.newest().drop();
    await closing;
    expect(clock.timers).toBe(0);
    server.newest().giveIce(second);
    expect([channel.iceServers, heard, clock.timers]).toEqual([first.iceServers, [], 0]);
  });

  it('shows the requests and the answers to whoever watches, but no credential', async () => {
    const { server, clock, channel, seen } = await openWithIce();
    await clock.advance(8000);
    server.newest().giveIce(second);
    server.newest().hear('message', { iceServers: [], credential: "an app's own" });
    expect(JSON.stringify(seen)).not.toContain('hush');
    const events = seen as [string, ...unknown[]][];
    expect(events.filter(([event]) => /create or join|ice servers|in message/.test(event))).toEqual([
      ['out create or join', 'red', { resume: true, me: channel.me }],
      ['in create or join', expect.objectContaining({ status: 'created', ...hidden })],
      ['out ice servers'],
      ['in ice servers', { ...second, iceServers: [{ urls: ['stun:a.example'] }, concealed('user 2')] }],
      ['in message', { iceServers: [], credential: "an app's own" }],
    ]);
    expect(channel.iceServers).toEqual(second.iceServers);
  });
});

describe('a user line', () => {
  interface Scene {
    server: FakeUserServer;
    clock: HeldClock;
    line: UserLine;
    seen: unknown[];
  }

  async function open(ice = first): Promise<Scene> {
    const server = createFakeUserServer();
    const clock = createHeldClock();
    const seen: unknown[] = [];
    const opening = openLoggedInLine({
      name: 'ann',
      clock,
      openTransport: server.openTransport,
      page: createFakePage(),
      policy: { delayMs: (attempt) => attempt * 1000 },
      key: randomId(),
      unreachableAfterMs: 10_000,
      onTrace: ({ direction, event, args }) => seen.push([`${direction} ${event}`, ...args]),
    });
    server.newest().letIn(ice);
    return { server, clock, line: await opening, seen };
  }

  async function talk({ server, line }: Scene): Promise<SignalingChannel> {
    const calling = line.call('bob');
    server.newest().hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'b' } } });
    return calling;
  }

  const requests = ({ server }: Scene): number =>
    server.connections.flatMap(({ said }) => said).filter(({ type }) => type === 'iceServers').length;

  it('[U26] has the servers when it opens, and so have the channels of its calls', async () => {
    const scene = await open();
    expect(scene.line.iceServers).toEqual(first.iceServers);
    expect((await talk(scene)).iceServers).toEqual(first.iceServers);
    const bob = (scene: Scene): void =>
      scene.server.newest().hear({ type: 'offer', name: 'bob', offer: { parley: { me: 'b' } } });
    const called = await open(second);
    const rung: SignalingChannel[] = [];
    called.line.on('incoming', (call) => rung.push(call.accept()));
    bob(called);
    expect(rung.map(({ iceServers }) => iceServers)).toEqual([second.iceServers]);
  });

  it('[U26] asks for fresh ones at 80 % of their life, once, and its call hears of them', async () => {
    const scene = await open();
    const channel = await talk(scene);
    const heard: unknown[] = [];
    channel.on('iceServers', (servers) => heard.push(servers));
    await scene.clock.advance(7999);
    expect(requests(scene)).toBe(0);
    await scene.clock.advance(1);
    expect(requests(scene)).toBe(1);
    scene.server.newest().hear({ type: 'iceServers', ...second });
    expect([scene.line.iceServers, channel.iceServers]).toEqual([second.iceServers, second.iceServers]);
    expect(heard).toEqual([second.iceServers]);
    await scene.clock.advance(7999);
    expect(requests(scene)).toBe(1);
  });

  it('has fresh ones when it is back, and its call too', async () => {
    const scene = await open();
    const channel = await talk(scene);
    scene.server.newest().drop();
    await scene.clock.advance(0);
    scene.server.newest().takeBack({ name: 'bob', state: 'talking' }, second);
    expect([scene.line.iceServers, channel.iceServers]).toEqual([second.iceServers, second.iceServers]);
    await scene.clock.advance(7999);
    expect(requests(scene)).toBe(0);
    await scene.clock.advance(1);
    expect(requests(scene)).toBe(1);
  });

  it('leaves no timer behind', async () => {
    const { line, clock } = await open();
    await line.close();
    expect(clock.timers).toBe(0);
  });

  it('shows the requests and the answers to whoever watches, but no credential', async () => {
    const { server, clock, seen } = await open();
    await clock.advance(8000);
    server.newest().hear({ type: 'iceServers', ...second });
    expect(JSON.stringify(seen)).not.toContain('hush');
    expect(seen).toContainEqual(['in login', { type: 'login', success: true, ...hidden }]);
    expect(seen).toContainEqual(['out iceServers', { type: 'iceServers' }]);
    expect(seen).toContainEqual([
      'in iceServers',
      { type: 'iceServers', ...second, iceServers: [{ urls: ['stun:a.example'] }, concealed('user 2')] },
    ]);
  });
});
