// A user line over a transport that the test holds: drops, restarts of the server, reloads of the other.
import { describe, expect, it } from 'vitest';
import { openLoggedInLine, type UserLine } from '../../client/users/user-line.js';
import type { SignalingChannel } from '../../client/channel/signaling-channel.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { randomId } from '../../client/transport/resume-tokens.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeUserServer, type FakeUserServer } from '../support/fake-user-transport.js';
import { createHeldClock, type HeldClock } from '../support/held-clock.js';

interface Scene {
  server: FakeUserServer;
  clock: HeldClock;
  opening: Promise<UserLine>;
}

function open(): Scene {
  const server = createFakeUserServer();
  const clock = createHeldClock();
  const opening = openLoggedInLine({
    name: 'ann',
    token: 'a token',
    clock,
    openTransport: server.openTransport,
    page: createFakePage(),
    policy: { delayMs: (attempt) => attempt * 1000 },
    key: randomId(),
    unreachableAfterMs: 10_000,
  });
  opening.catch(() => {});
  return { server, clock, opening };
}

const ringing = { parley: { me: 'b' } };

/** Ann has called bob, and bob has taken the call. */
async function openTalking(): Promise<Scene & { line: UserLine; channel: SignalingChannel }> {
  const scene = open();
  scene.server.newest().letIn();
  const line = await scene.opening;
  const calling = line.call('bob');
  scene.server.newest().hear({ type: 'answer', name: 'bob', answer: ringing });
  return { ...scene, line, channel: await calling };
}

function message(seq: number, value: unknown, me: string) {
  return { parley: { as: 'message', value, meta: { seq, from: me, to: 'b' } } };
}

describe('a user line', () => {
  it('logs in again with the same secret after a drop', async () => {
    const { server, clock, opening } = open();
    server.newest().letIn();
    const line = await opening;
    server.newest().drop();
    expect(line.state).toBe('reconnecting');
    await clock.advance(0);
    server.newest().letIn();
    const [first, second] = server.connections.map(({ said }) => said[0]);
    expect(first).toMatchObject({ type: 'login', name: 'ann', resume: true, token: 'a token' });
    expect(second).toMatchObject({ seat: first?.type === 'login' && first.next });
    expect(second).toMatchObject({ me: first?.type === 'login' && first.me, attempt: 2 });
    expect(line.state).toBe('open');
  });

  it('waits for its own ghost to leave its name', async () => {
    const { server, clock, opening } = open();
    server.newest().letIn();
    const line = await opening;
    server.newest().drop();
    await clock.advance(0);
    server.newest().open();
    server.newest().hear({ type: 'login', success: false, reason: 'taken', message: 'Taken.' });
    await clock.advance(1000);
    server.newest().letIn();
    expect(line.state).toBe('open');
  });

  it.each([
    ['[U21] the server takes its login for a late one', 'stale'],
    ['[U25] too many of its address have failed', 'try-later'],
  ] as const)('logs in once more when %s', async (_name, reason) => {
    const { server, clock, opening } = open();
    server.newest().open();
    server.newest().hear({ type: 'login', success: false, reason, message: 'Later.' });
    await clock.advance(1000);
    server.newest().letIn();
    expect((await opening).state).toBe('open');
    expect(server.newest().said[0]).toMatchObject({ type: 'login', attempt: 2 });
  });

  it('[U28] logs in once more when Redis was away', async () => {
    const { server, clock, opening } = open();
    server.newest().open();
    server.newest().hear({ type: 'error', code: 'unavailable', message: 'Try again.' });
    await clock.advance(1000);
    server.newest().letIn();
    expect((await opening).state).toBe('open');
    expect(server.connections).toHaveLength(2);
  });

  it('sends again what had no receipt, when it is back', async () => {
    const { server, clock, channel } = await openTalking();
    const sent = channel.send('hi');
    server.newest().drop();
    expect(channel.state).toBe('reconnecting');
    await clock.advance(0);
    server.newest().takeBack({ name: 'bob', state: 'talking' });
    const hi = { type: 'candidate', name: 'bob', candidate: message(1, 'hi', channel.me) };
    expect(server.newest().said).toContainEqual(hi);
    const receipt = { upTo: 1, from: 'b', to: channel.me };
    server.newest().hear({ type: 'candidate', name: 'bob', candidate: { parley: { receipt } } });
    await sent;
  });

  it('the caller links the two again when the server has forgotten them, and nothing is lost', async () => {
    const { server, channel } = await openTalking();
    void channel.send('hi');
    server.newest().hear({ type: 'error', ...userRefusals.notInCall('bob') });
    const again = { type: 'offer', name: 'bob', offer: { parley: { me: channel.me, again: true } } };
    expect(server.newest().said.at(-1)).toEqual(again);
    server.newest().hear({ type: 'answer', name: 'bob', answer: ringing });
    const hi = { type: 'candidate', name: 'bob', candidate: message(1, 'hi', channel.me) };
    expect(server.newest().said.at(-1)).toEqual(hi);
  });

  it('rings again where the server has forgotten that it rings, and what is said in that call arrives', async () => {
    const { server, clock, opening } = open();
    server.newest().letIn();
    const line = await opening;
    const calling = line.call('bob');
    server.newest().drop();
    await clock.advance(0);
    server.newest().letIn();
    expect(server.newest().said).toContainEqual(expect.objectContaining({ type: 'offer', name: 'bob' }));
    server.newest().hear({ type: 'answer', name: 'bob', answer: ringing });
    const channel = await calling;
    void channel.send('hi');
    const hi = { type: 'candidate', name: 'bob', candidate: message(1, 'hi', channel.me) };
    expect([channel.state, server.newest().said.at(-1)]).toEqual(['open', hi]);
  });

  it('gives up linking after 30 s', async () => {
    const { server, clock, channel } = await openTalking();
    server.newest().drop();
    await clock.advance(0);
    server.newest().letIn();
    const links = () => server.newest().said.filter(({ type }) => type === 'offer').length;
    expect(links()).toBe(1);
    for (let second = 0; second < 30; second++) {
      await clock.advance(1000);
      server.newest().hear({ type: 'users', users: [] });
    }
    expect(links()).toBe(15);
    expect((await channel.closed).reason).toBe('ended');
  });

  it('ends a call that the other has left while it was away', async () => {
    const { server, clock, channel, line } = await openTalking();
    server.newest().drop();
    await clock.advance(0);
    server.newest().takeBack(null);
    expect((await channel.closed).reason).toBe('ended');
    expect(line.state).toBe('open');
  });

  it('leaves a call that it finds itself in after a reload', async () => {
    const { server, opening } = open();
    server.newest().takeBack({ name: 'bob', state: 'talking' });
    await opening;
    expect(server.newest().said).toContainEqual({ type: 'leave', name: 'bob' });
  });

  it('[U23] rings for a call that came while it was away', async () => {
    const { server, opening } = open();
    server.newest().takeBack({ name: 'bob', state: 'called' });
    const line = await opening;
    const rung: unknown[] = [];
    line.on('incoming', (call) => rung.push(call.name));
    server.newest().hear({ type: 'offer', name: 'bob', offer: { parley: { me: 'b' } } });
    expect(rung).toEqual(['bob']);
    expect(server.newest().said.filter(({ type }) => type === 'leave')).toEqual([]);
  });

  it('is over when it goes on in another window', async () => {
    const { server, opening } = open();
    server.newest().letIn();
    const line = await opening;
    server.newest().hear({ type: 'error', code: 'taken-over', message: 'Elsewhere.' });
    expect((await line.closed).reason).toBe('taken-over');
    await expect(line.call('bob')).rejects.toMatchObject({ reason: 'taken-over' });
  });

  it('does not ring for a call that is over here', async () => {
    const { server, opening } = open();
    server.newest().letIn();
    const line = await opening;
    const rung: unknown[] = [];
    line.on('incoming', (call) => rung.push(call.name));
    server.newest().hear({ type: 'offer', name: 'bob', offer: { parley: { me: 'b', again: true } } });
    server.newest().hear({ type: 'candidate', name: 'bob', candidate: message(1, 'x', 'b') });
    expect(server.newest().said.slice(-2)).toEqual([
      { type: 'leave', name: 'bob' },
      { type: 'leave', name: 'bob' },
    ]);
    server.newest().hear({ type: 'offer', name: 'cy', offer: { parley: { me: 'c' } } });
    expect(rung).toEqual(['cy']);
  });

  it('ends the call and rings anew when the other has reloaded and calls again', async () => {
    const { server, line, channel } = await openTalking();
    const rung: unknown[] = [];
    line.on('incoming', (call) => rung.push([call.name, call.about]));
    const offer = { parley: { me: 'b2', about: 'sorry' } };
    server.newest().hear({ type: 'offer', name: 'bob', offer });
    expect((await channel.closed).reason).toBe('ended');
    expect(rung).toEqual([['bob', 'sorry']]);
  });
});
