// Two library clients in Node over a real server: talking, saying goodbye, dropping, restarting.
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChannelFailure, openChannel } from '../../client/index.js';
import { refusals } from '../../server/protocol/refusals.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { openClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';

describe('two library clients', () => {
  it('[R14] talk with receipts, and both events arrive as they were sent', async () => {
    const { url } = await startParley();
    const ann = await openClient(url, 'red');
    const early = ann.channel.send('before you came');
    const bob = await openClient(url, 'red');
    const heard: unknown[] = [];
    bob.channel.on('message', (value, about) => heard.push([value, about.as]));
    await early;
    await ann.channel.send({ any: ['json', null, 1] }, { as: 'response' });
    await bob.channel.send('hello');
    expect([ann.channel.role, bob.channel.role]).toEqual(['initiator', 'joiner']);
    expect([ann.channel.peer, bob.channel.peer]).toEqual(['here', 'here']);
    expect(ann.channel.peerMe).toBe(bob.channel.me);
    expect(bob.messages).toEqual(['before you came', { any: ['json', null, 1] }]);
    expect(heard).toEqual([
      ['before you came', 'message'],
      [{ any: ['json', null, 1] }, 'response'],
    ]);
    expect(ann.messages).toEqual(['hello']);
  });

  it('[R10] [R11] close() says Bye: the other is closed with the reason, what was sent arrives, the room is new', async () => {
    const { url } = await startParley();
    const ann = await openClient(url, 'red');
    const bob = await openClient(url, 'red');
    await ann.until(({ channel }) => channel.peer === 'here');
    const last = ann.channel.send('and one more thing');
    await ann.channel.close();
    await last;
    expect(bob.messages).toEqual(['and one more thing']);
    expect((await bob.channel.closed).reason).toBe('ended');
    expect((await ann.channel.closed).reason).toBe('closed');
    await expect(ann.channel.send('x')).rejects.toMatchObject({ reason: 'closed' });
    await expect(bob.channel.send('x')).rejects.toMatchObject({ reason: 'ended' });
    const cy = await openClient(url, 'red');
    expect(cy.channel.role).toBe('initiator');
  });

  it('[R5] the third hears full', async () => {
    const { url } = await startParley();
    await openClient(url, 'red');
    await openClient(url, 'red');
    const failure: unknown = await openChannel(url, 'red').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChannelFailure);
    expect(failure).toMatchObject({ reason: 'full', message: new ChannelFailure('full').message });
  });

  it('[R1] a name that cannot be is refused with the server’s sentence', async () => {
    const { url } = await startParley();
    await expect(openChannel(url, '')).rejects.toMatchObject({
      reason: 'refused',
      code: 'bad-channel',
      message: refusals.badChannel().message,
    });
  });

  it('[R8] a message above the server’s limit is refused to its sender alone, and the others arrive', async () => {
    const { url } = await startParley({ maxMessageBytes: 100 });
    const ann = await openClient(url, 'red');
    const bob = await openClient(url, 'red');
    const sent = [ann.channel.send('a'), ann.channel.send('x'.repeat(101)), ann.channel.send('b')];
    const [, large] = await Promise.allSettled(sent);
    expect(large).toMatchObject({ status: 'rejected', reason: { reason: 'too-large', limit: 100 } });
    await expect(ann.channel.send('y'.repeat(101))).rejects.toMatchObject({ reason: 'too-large' });
    await ann.channel.send('c');
    expect(bob.messages).toEqual(['a', 'b', 'c']);
  });

  it('nobody at the address is unreachable; a call that is off is aborted', async () => {
    const { url, parley } = await startParley();
    await parley.close();
    await expect(openChannel(url, 'red', { unreachableAfterMs: 100 })).rejects.toMatchObject({
      reason: 'unreachable',
    });
    const calling = new AbortController();
    const opening = openChannel(url, 'red', { signal: calling.signal });
    calling.abort();
    await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
    await expect(openChannel(url, 'red', { signal: calling.signal })).rejects.toMatchObject({
      reason: 'aborted',
    });
    await expect(openChannel('http://', 'red')).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('a book client on the other side gets bare messages and gives no receipts', async () => {
    const { url } = await startParley();
    const ann = await openClient(url, 'red');
    const bob = io(url, { transports: ['websocket'], forceNew: true });
    onTestFinished(() => {
      bob.close();
    });
    const heard: unknown[] = [];
    bob.on('message', (...args: unknown[]) => heard.push(args));
    bob.emit('create or join', 'red');
    await ann.until(({ channel }) => channel.peer === 'here');
    expect(ann.channel.receipts).toBe(false);
    await ann.channel.send('hello');
    bob.emit('message', { channel: 'red', message: 'hi' });
    await ann.until(({ messages }) => messages.length === 1);
    expect(ann.messages).toEqual(['hi']);
    await expect.poll(() => heard).toEqual([['hello']]);
    bob.emit('Bye', 'red');
    expect((await ann.channel.closed).reason).toBe('ended');
  });

  it('[R20] [R21] [R22] a cut path is found again: same roles, nothing lost, and the truth is told', async () => {
    const { url, port } = await startParley();
    const proxy = await startFaultProxy(port);
    const ann = await openClient(proxy.url, 'red');
    const bob = await openClient(url, 'red');
    await ann.channel.send(1);
    proxy.newest().reset();
    const sent = [ann.channel.send(2), bob.channel.send('b'), ann.channel.send(3)];
    await Promise.all(sent);
    expect(bob.messages).toEqual([1, 2, 3]);
    expect(ann.messages).toEqual(['b']);
    expect(ann.states).toEqual(['reconnecting', 'open']);
    expect([ann.channel.role, bob.channel.role]).toEqual(['initiator', 'joiner']);
    expect(bob.peers).not.toContain('gone');
    await expect(openChannel(url, 'red')).rejects.toMatchObject({ reason: 'full' });
  });

  it('a silent path is noticed by an overdue receipt and its check, without any heartbeat', async () => {
    const { url, port } = await startParley({ heartbeatMs: 0 });
    const proxy = await startFaultProxy(port);
    const ann = await openClient(proxy.url, 'red');
    const bob = await openClient(url, 'red');
    await ann.channel.send('before');
    proxy.newest().silence();
    await ann.channel.send('after');
    expect(bob.messages).toEqual(['before', 'after']);
    expect(bob.peers).not.toContain('gone');
  });

  it('a chat goes on over a restart of a server that forgets everything', async () => {
    const { port, url, parley } = await startParley();
    const ann = await openClient(url, 'red');
    const bob = await openClient(url, 'red');
    const sent = [];
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < 20; number++) {
        sent.push(ann.channel.send(`a${round}-${number}`), bob.channel.send(`b${round}-${number}`));
      }
      await (round === 0 ? parley.close() : Promise.resolve());
      if (round === 1) await startParley({ port });
    }
    await Promise.all(sent);
    const all = (who: string): string[] =>
      [0, 1, 2].flatMap((round) => Array.from({ length: 20 }, (_, number) => `${who}${round}-${number}`));
    expect(bob.messages).toEqual(all('a'));
    expect(ann.messages).toEqual(all('b'));
    expect(new Set([ann.channel.role, bob.channel.role])).toEqual(new Set(['initiator', 'joiner']));
  });
});
