// The reliable layer by itself: numbers, receipts, sending again, and what becomes of messages for a peer that is replaced.
import { describe, expect, it } from 'vitest';
import { openEnd as ann, openEndWithBob as annWithBob } from '../support/reliable-end.js';

describe('a sender', () => {
  it('numbers from 1 for the client instance that it meets, and a message has arrived at its receipt', async () => {
    const { send, receipt, did } = annWithBob();
    send(1);
    send(2);
    expect(await did()).toEqual(['1 #1 ann>bob', '2 #2 ann>bob']);
    receipt(1);
    expect(await did()).toEqual(['1 arrived']);
    receipt(2);
    expect(await did()).toEqual(['2 arrived']);
  });

  it('keeps what is sent before a peer is there for the first one that comes', async () => {
    const { sender, send, did } = ann();
    sender.enter(null, false);
    send(1);
    expect(await did()).toEqual([]);
    for (let times = 0; times < 2; times++) sender.meet({ me: 'bob' }, false);
    expect(await did()).toEqual(['1 #1 ann>bob']);
  });

  it.each([
    ['5 messages of 4', { maxMessages: 4, maxBytes: 1000 }, 'x', 4],
    ['126 bytes of 100', { maxMessages: 1000, maxBytes: 100 }, 'x'.repeat(40), 2],
  ])('refuses what is above its limits: %s', async (_what, limits, value, fit) => {
    const { sender, send, receipt, did } = ann(limits);
    for (let count = 0; count <= fit; count++) send(value);
    expect(await did()).toEqual([`"${value}" failed: overflow`]);
    sender.enter({ me: 'bob' }, true);
    receipt(1);
    await did();
    send('y');
    expect(await did()).toEqual([`"y" #${fit + 1} ann>bob`]);
  });

  it('has room for what is urgent, however much else waits', async () => {
    const { send, did } = ann({ maxMessages: 1, maxBytes: 100 });
    send(1);
    send(2, true);
    expect(await did()).toEqual([]);
    send(3);
    expect(await did()).toEqual(['3 failed: overflow']);
  });

  it('sends again in order after its own return, after the peer’s, and when a receipt is overdue', async () => {
    const { clock, sender, send, did, doesWithin } = annWithBob();
    send(1);
    sender.drop();
    send(2);
    expect(await did()).toEqual(['1 #1 ann>bob']);
    expect(clock.timers).toBe(0);
    sender.enter({ me: 'bob' }, true);
    expect(await did()).toEqual(['1 #1 ann>bob again', '2 #2 ann>bob']);
    const again = ['1 #1 ann>bob again', '2 #2 ann>bob again'];
    sender.awayIs();
    sender.meet({ me: 'bob' }, true);
    expect(await did()).toEqual(again);
    sender.meet({ me: 'bob' }, true);
    expect(await did()).toEqual(again);
    expect(await doesWithin(1999)).toEqual([]);
    expect(await doesWithin(1)).toEqual(['check', ...again]);
  });

  it('waits twice as long each time, 10 s at most, and 2 s again after a receipt', async () => {
    const { send, receipt, did, doesWithin } = annWithBob();
    for (const value of [1, 2]) send(value);
    await did();
    const again = ['check', '1 #1 ann>bob again', '2 #2 ann>bob again'];
    for (const ms of [2000, 4000, 8000, 10_000, 10_000]) {
      expect(await doesWithin(ms - 1)).toEqual([]);
      expect(await doesWithin(1)).toEqual(again);
    }
    receipt(1);
    expect(await doesWithin(1999)).toEqual(['1 arrived']);
    expect(await doesWithin(1)).toEqual(['check', '2 #2 ann>bob again']);
  });

  it('never gives what was meant for one peer to the one that came instead', async () => {
    const { sender, send, receipt, did } = annWithBob();
    send(1);
    sender.awayIs();
    send(2);
    sender.goneIs();
    send(3);
    await did();
    sender.meet({ me: 'cy' }, false);
    expect(await did()).toEqual(['3 #1 ann/1>cy', '1 failed: peer-gone', '2 failed: peer-gone']);
    receipt(1);
    expect(await did()).toEqual([]);
    receipt(1, 'cy', 'ann/1');
    expect(await did()).toEqual(['3 arrived']);
  });

  it('goes on with the same client instance, even in a new room', async () => {
    const { sender, send, receipt, did } = annWithBob();
    send(1);
    receipt(1);
    send(2);
    sender.goneIs();
    sender.drop();
    sender.enter(null, false);
    send(3);
    await did();
    sender.meet({ me: 'bob' }, false);
    expect(await did()).toEqual(['2 #2 ann>bob again', '3 #3 ann>bob']);
  });

  it('counts anew, under a new name, for a peer that comes back after another', async () => {
    const { sender, send, did } = annWithBob();
    send(1);
    sender.goneIs();
    sender.meet({ me: 'cy' }, false);
    sender.goneIs();
    sender.meet({ me: 'bob' }, false);
    await did();
    send(2);
    expect(await did()).toEqual(['2 #1 ann/2>bob']);
  });

  it('is done with a message when it is written to a client without receipts', async () => {
    const { sender, send, did } = annWithBob();
    send(1);
    sender.goneIs();
    send(2);
    await did();
    sender.meet({}, false);
    expect(await did()).toEqual(['2 bare', '1 failed: peer-gone', '2 arrived']);
    expect(sender.receipts).toBe(false);
  });

  it('keeps what has not had its turn for the client without receipts that it was for', async () => {
    const { clock, pace, sender, send, did, doesWithin } = ann();
    pace.start({ events: 1, bytes: 0 }, 0);
    for (let frame = 0; frame < 3; frame++) pace.spend(0, 0);
    sender.enter({}, true);
    for (const value of [1, 2]) send(value);
    expect(await doesWithin(999)).toEqual([]);
    expect(await doesWithin(1)).toEqual(['1 bare', '1 arrived']);
    pace.spend(0, 1000);
    sender.drop();
    expect(clock.timers).toBe(0);
    send(3);
    await doesWithin(9000);
    sender.enter({ me: 'cy' }, true);
    expect(await did()).toEqual(['3 #1 ann>cy', '2 failed: peer-gone']);
  });

  it('takes out what the server will never take, and what is behind it moves up', async () => {
    const { sender, send, did } = annWithBob();
    for (const value of [1, 'too long', 3]) send(value);
    await did();
    sender.limit(5, 'At most 5.');
    expect(await did()).toEqual(['1 #1 ann>bob again', '3 #2 ann>bob again', '"too long" failed: too-large']);
    send('as long');
    expect(await did()).toEqual(['"as long" failed: too-large']);
  });

  it('has at most 128 on the way', async () => {
    const { send, receipt, did } = annWithBob();
    for (let value = 1; value <= 200; value++) send(value);
    expect(await did()).toHaveLength(128);
    receipt(10);
    const more = Array.from({ length: 10 }, (_, index) => `${129 + index} #${129 + index} ann>bob`);
    expect((await did()).slice(0, 10)).toEqual(more);
  });
});

describe('a receiver', () => {
  it('gathers receipts for 20 ms', async () => {
    const { clock, take, did, doesWithin } = annWithBob();
    take(1);
    await clock.advance(10);
    take(2);
    expect(await did()).toEqual(['message 1', 'message 2']);
    expect(await doesWithin(9)).toEqual([]);
    expect(await doesWithin(1)).toEqual(['receipt 2 ann>bob']);
    expect(clock.timers).toBe(0);
  });

  it('gives a receipt at once for every 32nd', async () => {
    const { take, did } = annWithBob();
    for (let seq = 1; seq <= 33; seq++) take(seq);
    expect((await did()).slice(32)).toEqual(['receipt 32 ann>bob', 'message 33']);
  });

  it('drops what it has, what is for another client instance, and what comes before its turn', async () => {
    const { clock, take, receiver, did, doesWithin } = annWithBob();
    take(1, { to: 'ann before' });
    take(2);
    take(1, { hasRoom: false });
    expect([await did(), clock.timers]).toEqual([[], 0]);
    for (const seq of [1, 1, 2]) take(seq);
    expect(await doesWithin(20)).toEqual(['message 1', 'message 2', 'receipt 2 ann>bob']);
    receiver.take('response', 'from a client without numbers', undefined);
    expect(await doesWithin(1000)).toEqual(['response from a client without numbers']);
  });
});
