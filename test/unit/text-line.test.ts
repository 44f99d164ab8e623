// Text over a data channel that the test opens, fills and drains: order, bounds, and what becomes of what does not go out.
import { describe, expect, it } from 'vitest';
import { createTextLine, type TextLine } from '../../client/call/text-line.js';
import type { ChannelFailure } from '../../client/transport/channel-failure.js';
import { createFakeDataChannel, type FakeDataChannel } from '../support/fake-data-channel.js';
import { settle } from '../support/held-clock.js';

function open(): { line: TextLine; data: FakeDataChannel } {
  const line = createTextLine();
  const data = createFakeDataChannel();
  line.attach(data.channel);
  data.open();
  return { line, data };
}

/** What has become of it, as far as one knows. */
function follow(sending: Promise<void>): { fate: string } {
  const followed = { fate: 'open' };
  sending.then(
    () => (followed.fate = 'sent'),
    (failure: unknown) => (followed.fate = (failure as ChannelFailure).reason),
  );
  return followed;
}

const kib = 1024;
const text = (bytes: number): string => 'x'.repeat(bytes);

describe('text', () => {
  it('goes out at once where the channel is open', async () => {
    const { line, data } = open();
    await line.send('hello');
    expect(data.sent).toEqual(['hello']);
  });

  it('waits for the channel, in order', async () => {
    const line = createTextLine();
    const fates = ['one', 'two'].map((each) => follow(line.send(each)));
    const data = createFakeDataChannel();
    line.attach(data.channel);
    fates.push(follow(line.send('three')));
    await settle();
    expect(fates.map(({ fate }) => fate)).toEqual(['open', 'open', 'open']);
    data.open();
    await settle();
    expect(data.sent).toEqual(['one', 'two', 'three']);
    expect(fates.map(({ fate }) => fate)).toEqual(['sent', 'sent', 'sent']);
  });

  it('waits while the network has more than 64 KiB to do, and goes on at half of that', async () => {
    const { line, data } = open();
    const fates = Array.from({ length: 5 }, () => follow(line.send(text(30 * kib))));
    await settle();
    expect(data.sent).toHaveLength(3);
    data.drainTo(33 * kib);
    expect(data.sent).toHaveLength(3);
    data.drainTo(32 * kib);
    expect(data.sent).toHaveLength(5);
    await settle();
    expect(fates.map(({ fate }) => fate)).toEqual(['sent', 'sent', 'sent', 'sent', 'sent']);
  });

  it('does not overtake what waits', () => {
    const { line, data } = open();
    for (let number = 0; number < 4; number += 1) void line.send(`${number} ${text(40 * kib)}`);
    void line.send('short');
    data.drainTo(0);
    expect(data.sent.map((each) => each.split(' ')[0])).toEqual(['0', '1', '2', '3']);
    data.drainTo(0);
    expect(data.sent.at(-1)).toBe('short');
  });

  it('that the network does not take goes on waiting, in its place', async () => {
    const { line, data } = open();
    const { send } = data.channel;
    data.channel.send = () => {
      throw new Error('No room.');
    };
    const fates = ['one', 'two'].map((each) => follow(line.send(each)));
    await settle();
    expect(fates.map(({ fate }) => fate)).toEqual(['open', 'open']);
    data.channel.send = send;
    await line.send('three');
    expect(data.sent).toEqual(['one', 'two', 'three']);
    expect(fates.map(({ fate }) => fate)).toEqual(['sent', 'sent']);
  });

  it('above 65,535 bytes is too large, counted as they travel', async () => {
    const { line, data } = open();
    await line.send(text(65_535));
    data.drainTo(0);
    await expect(line.send(text(65_536))).rejects.toMatchObject({ reason: 'too-large', limit: 65_535 });
    await expect(line.send('ä'.repeat(32_768))).rejects.toMatchObject({ reason: 'too-large' });
    expect(data.sent).toHaveLength(1);
  });

  it('may wait up to 1 MiB, and what is sent makes room', async () => {
    const line = createTextLine();
    for (let count = 0; count < 32; count += 1) void line.send(text(32 * kib));
    await expect(line.send('x')).rejects.toMatchObject({ reason: 'overflow' });
    const data = createFakeDataChannel();
    line.attach(data.channel);
    data.open();
    const late = follow(line.send('x'));
    for (let count = 0; count < 32; count += 1) data.drainTo(0);
    await settle();
    expect(late.fate).toBe('sent');
    expect(data.sent).toHaveLength(33);
  });
});

describe('what has not gone out', () => {
  it('fails when the one it was for is gone, and what comes later waits for the next', async () => {
    const line = createTextLine();
    const early = follow(line.send('for bob'));
    line.detach();
    const late = follow(line.send('for whoever comes'));
    await settle();
    expect([early.fate, late.fate]).toEqual(['peer-gone', 'open']);
    const data = createFakeDataChannel();
    line.attach(data.channel);
    data.open();
    await settle();
    expect(late.fate).toBe('sent');
    expect(data.sent).toEqual(['for whoever comes']);
  });

  it('fails when the call is over, and so does everything after', async () => {
    const line = createTextLine();
    const waiting = follow(line.send('hello'));
    line.close();
    await settle();
    expect(waiting.fate).toBe('closed');
    await expect(line.send('hello?')).rejects.toMatchObject({ reason: 'closed' });
  });

  it('gives its room back', async () => {
    const line = createTextLine();
    for (let count = 0; count < 32; count += 1) void line.send(text(32 * kib));
    line.detach();
    expect(follow(line.send(text(32 * kib))).fate).toBe('open');
    const data = createFakeDataChannel();
    line.attach(data.channel);
    data.open();
    await settle();
    expect(data.sent).toHaveLength(1);
  });

  it('does not go to a channel that was opened for somebody else', async () => {
    const { line, data } = open();
    line.detach();
    const next = createFakeDataChannel();
    line.attach(next.channel);
    const waiting = follow(line.send('for cy'));
    data.drainTo(0);
    data.open();
    await settle();
    expect([data.sent, waiting.fate]).toEqual([[], 'open']);
  });

  it('waits in a channel that has closed, for the next one', async () => {
    const { line, data } = open();
    data.close();
    const waiting = follow(line.send('hello'));
    await settle();
    expect([data.sent, waiting.fate]).toEqual([[], 'open']);
  });
});
