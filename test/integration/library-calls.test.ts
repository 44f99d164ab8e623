// The library's user line over a real server: calling, being called, both at once, hanging up, and the tutorial's kind of client.
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  openUserLine,
  type IncomingCall,
  type OpenUserLineOptions,
  type UserLine,
} from '../../client/index.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { watchChannel } from '../support/library-client.js';
import { startParley } from '../support/parley.js';
import { connectUser } from '../support/user-client.js';

async function start(): Promise<{ url: string; callsPort: number }> {
  const { callsPort = 0 } = await startParley();
  return { url: `ws://127.0.0.1:${callsPort}`, callsPort };
}

async function logIn(url: string, name: string, options: OpenUserLineOptions = {}): Promise<UserLine> {
  const line = await openUserLine(url, name, options);
  onTestFinished(() => line.close());
  return line;
}

function nextCall(line: UserLine): Promise<IncomingCall> {
  return new Promise((resolve) => {
    const stop = line.on('incoming', (call) => {
      stop();
      resolve(call);
    });
  });
}

describe('a user line', () => {
  it('[U6] rings with what the caller says, and is a channel with receipts when taken', async () => {
    const { url } = await start();
    const [ann, bob] = [await logIn(url, 'ann'), await logIn(url, 'bob')];
    const ringing = nextCall(bob);
    const calling = ann.call('bob', { about: 'lunch?' });
    const incoming = await ringing;
    expect([incoming.name, incoming.about]).toEqual(['ann', 'lunch?']);
    const atBob = watchChannel(incoming.accept());
    const atAnn = watchChannel(await calling);
    await Promise.all([atAnn.channel.send('hi'), atBob.channel.send({ to: 'you' }, { as: 'response' })]);
    await incoming.ended;
    expect([atBob.messages, atAnn.messages]).toEqual([['hi'], [{ to: 'you' }]]);
    expect([atAnn.channel.role, atBob.channel.role]).toEqual(['initiator', 'joiner']);
    expect([atAnn.channel.name, atBob.channel.name]).toEqual(['bob', 'ann']);
    await atAnn.channel.close();
    expect((await atBob.channel.closed).reason).toBe('ended');
    expect(ann.state).toBe('open');
  });

  it('[U7] [U12] says why nobody takes the call', async () => {
    const { url } = await start();
    const [ann, bob, cy] = [await logIn(url, 'ann'), await logIn(url, 'bob'), await logIn(url, 'cy')];
    await expect(ann.call('dan')).rejects.toMatchObject({
      reason: 'not-online',
      message: userRefusals.notOnline('dan').message,
    });
    bob.on('incoming', (call) => {
      call.decline();
    });
    await expect(ann.call('bob')).rejects.toMatchObject({ reason: 'declined' });
    const ringing = nextCall(cy);
    const off = new AbortController();
    const calling = ann.call('cy', { signal: off.signal });
    const incoming = await ringing;
    await expect(ann.call('bob')).rejects.toMatchObject({ reason: 'in-call' });
    await expect(bob.call('cy')).rejects.toMatchObject({ reason: 'busy' });
    off.abort();
    await expect(calling).rejects.toMatchObject({ reason: 'aborted' });
    await incoming.ended;
    await expect(incoming.accept().send('late')).rejects.toMatchObject({ reason: 'ended' });
  });

  it('[U2] [U4] says why one cannot log in', async () => {
    const { url } = await start();
    await logIn(url, 'ann');
    await expect(openUserLine(url, 'ann')).rejects.toMatchObject({ reason: 'taken' });
    await expect(openUserLine(url, '')).rejects.toMatchObject({ reason: 'bad-name' });
    await expect(openUserLine('ws://127.0.0.1:1', 'ann', { unreachableAfterMs: 50 })).rejects.toMatchObject({
      reason: 'unreachable',
    });
  });

  it('[U11] makes one call of two that cross', async () => {
    const { url } = await start();
    const [ann, bob] = [await logIn(url, 'ann'), await logIn(url, 'bob')];
    const [one, other] = (await Promise.all([ann.call('bob'), bob.call('ann')])).map(watchChannel);
    await Promise.all([one?.channel.send('here I am'), other?.channel.send('me too')]);
    expect([one?.messages, other?.messages]).toEqual([['me too'], ['here I am']]);
    expect(new Set([one?.channel.role, other?.channel.role])).toEqual(new Set(['initiator', 'joiner']));
  });

  it('[U14] hears who is there', async () => {
    const { url } = await start();
    const ann = await logIn(url, 'ann');
    const listed = new Promise((resolve) => {
      ann.on('users', (users) => {
        if (users.length > 0) resolve(users);
      });
    });
    await logIn(url, 'bob');
    expect(await listed).toEqual([{ name: 'bob', busy: false }]);
  });

  it('talks with a client of the tutorial’s kind, both ways', async () => {
    const { url } = await start();
    const ann = await logIn(url, 'ann');
    const bob = await connectUser(url);
    bob.say({ type: 'login', name: 'bob' });
    await bob.hearsAll();
    const calling = ann.call('bob', { offer: 'sdp of ann' });
    await expect
      .poll(() => bob.hearsAll())
      .toContainEqual({ type: 'offer', offer: 'sdp of ann', name: 'ann' });
    bob.say({ type: 'answer', name: 'ann', answer: 'sdp of bob' });
    bob.say({ type: 'candidate', name: 'ann', candidate: { candidate: '' } });
    const atAnn = watchChannel(await calling);
    await atAnn.until(({ messages }) => messages.length === 2);
    expect(atAnn.messages).toEqual(['sdp of bob', { candidate: '' }]);
    expect(atAnn.channel.receipts).toBe(false);
    await atAnn.channel.send('candidate of ann');
    await expect
      .poll(() => bob.hearsAll())
      .toEqual([{ type: 'candidate', candidate: 'candidate of ann', name: 'ann' }]);
    bob.say({ type: 'leave', name: 'ann' });
    expect((await atAnn.channel.closed).reason).toBe('ended');
    const ringing = nextCall(ann);
    bob.say({ type: 'offer', name: 'ann', offer: 'sdp again' });
    const incoming = await ringing;
    expect(incoming.about).toBe('sdp again');
    incoming.accept('answer of ann');
    await expect
      .poll(() => bob.hearsAll())
      .toEqual([{ type: 'answer', answer: 'answer of ann', name: 'ann' }]);
  });

  it('comes back after a drop, under its name', async () => {
    const { url, callsPort } = await start();
    const proxy = await startFaultProxy(callsPort);
    const ann = await logIn(proxy.url, 'ann');
    const back = new Promise<void>((resolve) => {
      ann.on('state', (state) => {
        if (state === 'open') resolve();
      });
    });
    proxy.newest().reset();
    await back;
    const bob = await logIn(url, 'bob');
    const ringing = nextCall(ann);
    const calling = bob.call('ann');
    (await ringing).accept();
    await (await calling).send('you are back');
  });

  it('[U22] closing frees the name at once, for anybody', async () => {
    const { url } = await start();
    const ann = await openUserLine(url, 'ann');
    await ann.close();
    const other = await connectUser(url);
    other.say({ type: 'login', name: 'ann' });
    expect(await other.hears()).toMatchObject({ success: true });
  });

  it('[U23] a call that is declined while the line is down is over, and the next one rings', async () => {
    const { url, callsPort } = await start();
    const proxy = await startFaultProxy(callsPort);
    const [ann, bob] = [await logIn(url, 'ann'), await logIn(proxy.url, 'bob')];
    const rung: unknown[] = [];
    bob.on('incoming', ({ about }) => rung.push(about));
    const ringing = nextCall(bob);
    const calling = ann.call('bob', { about: 'lunch?' });
    const incoming = await ringing;
    bob.on('state', (state) => {
      if (state === 'reconnecting') incoming.decline();
    });
    proxy.newest().reset();
    await expect(calling).rejects.toMatchObject({ reason: 'declined' });
    await incoming.ended;
    const again = nextCall(bob);
    const secondCall = ann.call('bob', { about: 'dinner?' });
    (await again).accept();
    await (await secondCall).send('at eight');
    expect(rung).toEqual(['lunch?', 'dinner?']);
  });

  it('a call goes on over a drop of either side, and nothing is lost', async () => {
    const { url, callsPort } = await start();
    const proxy = await startFaultProxy(callsPort);
    const ann = await logIn(proxy.url, 'ann');
    const bob = await logIn(url, 'bob');
    const ringing = nextCall(bob);
    const calling = ann.call('bob');
    const atBob = watchChannel((await ringing).accept());
    const atAnn = watchChannel(await calling);
    await atAnn.channel.send(1);
    proxy.newest().reset();
    await Promise.all([atAnn.channel.send(2), atBob.channel.send('b'), atAnn.channel.send(3)]);
    expect([atBob.messages, atAnn.messages]).toEqual([[1, 2, 3], ['b']]);
    expect(atAnn.states).toEqual(['reconnecting', 'open']);
    expect(atBob.states).toEqual([]);
  });

  it('a call goes on over a restart of a server that forgets everything', async () => {
    const first = await startParley();
    const url = `ws://127.0.0.1:${first.callsPort ?? 0}`;
    const [ann, bob] = [await logIn(url, 'ann'), await logIn(url, 'bob')];
    const ringing = nextCall(bob);
    const calling = ann.call('bob');
    const atBob = watchChannel((await ringing).accept());
    const atAnn = watchChannel(await calling);
    await first.parley.close();
    const sent = [atAnn.channel.send('a'), atBob.channel.send('b')];
    await startParley({ callsPort: first.callsPort ?? 0 });
    await Promise.all(sent);
    expect([atBob.messages, atAnn.messages]).toEqual([['a'], ['b']]);
  });
});
