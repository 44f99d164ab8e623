// Where a message goes and what is handed on with it, over both transports. [R7] [R9] [R14] [R18]
import { describe, expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { connectClient, transports, type Heard } from '../support/room-client.js';
import { connectPair, initiatorEvents, joinerEvents } from '../support/room-pair.js';

describe.each(transports)('over %s', (transport) => {
  it('[R7] of an envelope the other hears the message, of a bare value the whole', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    const bare: unknown[] = [
      'got user media',
      'bye',
      '',
      0,
      false,
      null,
      [1, [2]],
      { type: 'offer', sdp: 'v=0\r\n' },
      { type: 'candidate', label: 0, id: 'audio', candidate: '' },
      { channel },
      { channel: 7, message: 'no envelope' },
      '😀 \u2028 \0',
    ];
    for (const value of bare) ann.say('message', value);
    for (const value of bare) ann.say('response', { channel, message: value });
    await bob.hears('response', bare.length);
    const said: Heard[] = [
      ...bare.map((value): Heard => ['message', value]),
      ...bare.map((value): Heard => ['response', value]),
    ];
    expect(bob.heard).toEqual([...joinerEvents(channel, bob.id), ...said]);
    expect(ann.heard).toEqual(initiatorEvents(channel, ann.id, bob.id));
  });

  it('[R7] 500 messages each way arrive once and in order', async () => {
    const { url } = await startParley();
    const { ann, bob } = await connectPair(url, { transport });
    const numbers = Array.from({ length: 500 }, (_, number) => number);
    for (const number of numbers) {
      ann.say('message', number);
      bob.say('response', number);
    }
    await Promise.all([bob.hears('message', 500), ann.hears('response', 500)]);
    expect(bob.heard.slice(2)).toEqual(numbers.map((number) => ['message', number]));
    expect(ann.heard.slice(5)).toEqual(numbers.map((number) => ['response', number]));
  });

  it('[R9] what is said to nobody is dropped without a word', async () => {
    const { url } = await startParley();
    const ann = await connectClient(url, { transport });
    ann.say('create or join', 'Test');
    ann.say('message', 'got user media');
    ann.say('message', { channel: 'Test', message: 'is anybody there?' });
    ann.say('received', { channel: 'Test', upTo: 1, from: 'a', to: 'b' });
    await ann.ask('create or join', 'Test');
    const bob = await connectClient(url, { transport });
    bob.say('create or join', 'Test');
    await bob.hears('ready');
    ann.say('message', 'now');
    await Promise.all([ann.hears('ready'), bob.hears('message')]);
    expect(bob.heard).toEqual([...joinerEvents('Test', bob.id), ['message', 'now']]);
    expect(ann.names()).toEqual([
      'created',
      'created',
      'remotePeerJoining',
      'join',
      'broadcast: joined',
      'ready',
    ]);
  });

  it('[R14] numbers and receipts are handed on as they are', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    const meta = { seq: 1, from: 'a1', to: 'b1' };
    ann.say('message', { channel, message: 'one' }, meta);
    ann.say('response', 'two', { ...meta, seq: 2 });
    await bob.hears('response');
    bob.say('received', { channel, upTo: 2, from: 'b1', to: 'a1' });
    await ann.hears('received');
    expect(bob.heard.slice(2)).toEqual([
      ['message', 'one', meta],
      ['response', 'two', { ...meta, seq: 2 }],
    ]);
    expect(ann.heard.slice(5)).toEqual([['received', { channel, upTo: 2, from: 'b1', to: 'a1' }]]);
  });

  it('[R18] who asks for the log hears what the server has read, in the words of the book', async () => {
    const { url } = await startParley();
    const ann = await connectClient(url, { transport, auth: { log: true } });
    const bob = await connectClient(url, { transport, auth: { log: 'true' } });
    ann.say('create or join', 'Test');
    await ann.hears('created');
    ann.say('message', 'to nobody');
    await ann.hears('log');
    bob.say('create or join', 'Test');
    await ann.hears('ready');
    ann.say('message', { channel: 'Test', message: 'hi' });
    ann.say('response', 7);
    bob.say('response', { channel: 'Test', message: 'hello' });
    await Promise.all([ann.hears('response'), ann.hears('log', 3), bob.hears('response')]);
    const [created, ...arrival] = initiatorEvents('Test', ann.id, bob.id);
    const value = { channel: 'Test', message: 'hi' };
    expect(ann.heard.filter(([event]) => event !== 'response')).toEqual([
      created,
      ['log', ['>>> ', 'S --> Got message: ', 'to nobody']],
      ...arrival,
      ['log', ['>>> ', 'S --> Got message: ', value]],
      ['log', ['>>> ', 'S --> Got response: ', 7]],
    ]);
    expect(bob.heard).toEqual([...joinerEvents('Test', bob.id), ['message', 'hi'], ['response', 7]]);
  });

  it('[R16] check is answered, with a seat and without', async () => {
    const { url } = await startParley();
    const ann = await connectClient(url, { transport });
    expect(await ann.socket.emitWithAck('check')).toBeUndefined();
    ann.say('create or join', 'Test');
    await ann.hears('created');
    expect(await ann.socket.emitWithAck('check')).toBeUndefined();
    expect(ann.heard).toEqual([['created', 'Test', ann.id]]);
  });
});
