// The library against a server that limits each connection: whatever a program sends in a loop arrives, in order, and
// the server has no reason to hold anybody up.
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import {
  openUserLine,
  type IncomingCall,
  type SignalingChannel,
  type TraceEvent,
} from '../../client/index.js';
import { openClient, watchChannel } from '../support/library-client.js';
import { startParley } from '../support/parley.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** What would show that the server was not content, or that a connection was lost. */
function watchComplaints() {
  const complaints: unknown[] = [];
  return {
    complaints,
    onTrace({ direction, event, args }: TraceEvent) {
      const isError = event === 'error' || event === 'refused' || event === 'lost';
      if (isError) complaints.push([direction, event, ...args]);
    },
  };
}

async function sendAll(channel: SignalingChannel, values: readonly unknown[]): Promise<void> {
  await Promise.all(values.map((value) => channel.send(value)));
}

it('100,000 sends in a loop arrive in order, both ways at once, and nobody is cut or refused', async () => {
  const { url } = await startParley({ rateLimit: 10_000, rateLimitBytes: 4 * 1024 * 1024 });
  const { complaints, onTrace } = watchComplaints();
  const ann = await openClient(url, 'red', { onTrace });
  const bob = await openClient(url, 'red', { onTrace });
  await Promise.all([sendAll(ann.channel, numbers(100_000)), sendAll(bob.channel, numbers(10_000))]);
  expect(bob.messages).toEqual(numbers(100_000));
  expect(ann.messages).toEqual(numbers(10_000));
  expect([complaints, ann.states, bob.states]).toEqual([[], [], []]);
});

it('under the default limit more than its burst arrives, and meanwhile the other side gets receipts', async () => {
  const { url } = await startParley();
  const { complaints, onTrace } = watchComplaints();
  const ann = await openClient(url, 'red', { onTrace });
  const bob = await openClient(url, 'red', { onTrace });
  const sent = sendAll(ann.channel, numbers(4000));
  await bob.until(({ messages }) => messages.length > 2000);
  await bob.channel.send('are you there?');
  await sent;
  expect(bob.messages).toEqual(numbers(4000));
  expect(complaints).toEqual([]);
});

it('a limit of bytes below one message lets messages through one by one', async () => {
  const { url } = await startParley({ rateLimitBytes: 10_000 });
  const { complaints, onTrace } = watchComplaints();
  const ann = await openClient(url, 'red', { onTrace });
  const bob = await openClient(url, 'red', { onTrace });
  const large = numbers(2).map((number) => `${number} ${'x'.repeat(50_000)}`);
  await sendAll(ann.channel, large);
  expect(bob.messages).toEqual(large);
  expect(complaints).toEqual([]);
});

it('a client without receipts is sent to at the same pace, over long-polling, too', async () => {
  const { url } = await startParley({ rateLimit: 1000 });
  const { complaints, onTrace } = watchComplaints();
  const ann = await openClient(url, 'red', { onTrace });
  const bob = io(url, { transports: ['polling'], forceNew: true });
  onTestFinished(() => {
    bob.close();
  });
  const heard: unknown[] = [];
  bob.on('message', (value: unknown) => heard.push(value));
  bob.emit('create or join', 'red');
  await ann.until(({ channel }) => channel.peer === 'here');
  await sendAll(ann.channel, numbers(6000));
  await expect.poll(() => heard.length).toBe(6000);
  expect(heard).toEqual(numbers(6000));
  expect(complaints).toEqual([]);
});

it('by name: two calls after each other share what the line may send', async () => {
  const { url } = await startParley({ rateLimit: 1000 });
  const { complaints, onTrace } = watchComplaints();
  const ann = await openUserLine(`${url}/calls`, 'ann', { onTrace });
  const bob = await openUserLine(`${url}/calls`, 'bob', { onTrace });
  onTestFinished(async () => {
    await Promise.all([ann.close(), bob.close()]);
  });
  for (let call = 0; call < 2; call++) {
    const ringing = new Promise<IncomingCall>((resolve) => {
      const stop = bob.on('incoming', (incoming) => {
        stop();
        resolve(incoming);
      });
    });
    const calling = ann.call('bob');
    const atBob = watchChannel((await ringing).accept());
    const channel = await calling;
    await sendAll(channel, numbers(4000));
    expect(atBob.messages).toEqual(numbers(4000));
    await channel.close();
    await atBob.channel.closed;
  }
  expect(complaints).toEqual([]);
});
