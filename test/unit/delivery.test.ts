// The delivery by itself: numbers, receipts, sending again, and what becomes of messages for one who is replaced.
import { describe, expect, it } from 'vitest';
import { createDelivery, type Delivery, type Effect } from '../../client/signaling/delivery.js';
import { createPace } from '../../client/signaling/pace.js';

const limits = { maxParcels: 4, maxBytes: 100 };

function ann(bounds = limits): Delivery {
  return createDelivery('ann', bounds, createPace());
}

function parcel(id: number, value: unknown = `m${id}`, bytes = 10) {
  return { id, as: 'message' as const, value, bytes };
}

/** Effects in short: `m1 #1 ann>bob`, `settle 1`. */
function short(effects: Effect[]): string[] {
  return effects.map((effect) => {
    switch (effect.do) {
      case 'write': {
        const meta = effect.meta ? ` #${effect.meta.seq} ${effect.meta.from}>${effect.meta.to}` : ' bare';
        return `${String(effect.value)}${meta}${effect.isResent ? ' again' : ''}`;
      }
      case 'acknowledge':
        return `receipt ${effect.receipt.upTo} ${effect.receipt.from}>${effect.receipt.to}`;
      case 'deliver':
        return `deliver ${String(effect.value)}`;
      case 'settle':
        return `settle ${effect.id}`;
      case 'fail':
        return `fail ${effect.id} ${effect.reason}`;
      case 'check':
        return 'check';
    }
  });
}

describe('a delivery', () => {
  it('numbers from 1 for the incarnation it meets, and settles at the receipt', () => {
    const delivery = ann();
    expect(short(delivery.enter({ me: 'bob' }, true, 0))).toEqual([]);
    expect(short(delivery.send(parcel(1), 0))).toEqual(['m1 #1 ann>bob']);
    expect(short(delivery.send(parcel(2), 0))).toEqual(['m2 #2 ann>bob']);
    expect(short(delivery.receipt({ upTo: 1, from: 'bob', to: 'ann' }, 5))).toEqual(['settle 1']);
    expect(short(delivery.receipt({ upTo: 2, from: 'bob', to: 'ann' }, 6))).toEqual(['settle 2']);
    expect(delivery.pending).toBe(0);
  });

  it('keeps what is sent before anybody is there for the first who comes', () => {
    const delivery = ann();
    delivery.enter(null, false, 0);
    expect(short(delivery.send(parcel(1), 0))).toEqual([]);
    expect(short(delivery.meet({ me: 'bob' }, false, 9))).toEqual(['m1 #1 ann>bob']);
    expect(short(delivery.meet({ me: 'bob' }, false, 9))).toEqual([]);
  });

  it.each([
    ['5 messages of 4', limits, 10, 4],
    ['110 bytes of 100', { maxParcels: 1000, maxBytes: 100 }, 40, 2],
  ])('refuses what is above its bounds: %s', (_what, bounds, bytes, fit) => {
    const delivery = ann(bounds);
    for (let id = 1; id <= fit; id++) expect(delivery.send(parcel(id, 'x', bytes), 0)).toEqual([]);
    expect(short(delivery.send(parcel(9, 'x', bytes), 0))).toEqual(['fail 9 overflow']);
    delivery.enter({ me: 'bob' }, true, 0);
    delivery.receipt({ upTo: 1, from: 'bob', to: 'ann' }, 0);
    expect(short(delivery.send(parcel(10, 'y', bytes), 0))).toEqual([`y #${fit + 1} ann>bob`]);
  });

  it('has room for what calls say, however much of the app’s own waits', () => {
    const delivery = ann({ maxParcels: 1, maxBytes: 100 });
    expect(delivery.send(parcel(1), 0)).toEqual([]);
    expect(delivery.send({ ...parcel(2), value: { parley: { from: 'a', hangUp: true } } }, 0)).toEqual([]);
    expect(short(delivery.send(parcel(3), 0))).toEqual(['fail 3 overflow']);
  });

  it('sends again in order after its own return, after the other’s, and when a receipt is overdue', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    delivery.send(parcel(1), 0);
    delivery.drop();
    expect(short(delivery.send(parcel(2), 0))).toEqual([]);
    expect(delivery.dueAt()).toBeUndefined();
    const both = ['m1 #1 ann>bob again', 'm2 #2 ann>bob'];
    expect(short(delivery.enter({ me: 'bob' }, true, 10))).toEqual(both);
    const again = ['m1 #1 ann>bob again', 'm2 #2 ann>bob again'];
    delivery.awayIs();
    expect(short(delivery.meet({ me: 'bob' }, true, 20))).toEqual(again);
    expect(short(delivery.meet({ me: 'bob' }, true, 30))).toEqual(again);
    expect(delivery.dueAt()).toBe(2030);
    expect(short(delivery.tick(2029))).toEqual([]);
    expect(short(delivery.tick(2030))).toEqual(['check', ...again]);
  });

  it('waits twice as long each time, 10 s at most, and 2 s again after a receipt', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    for (const id of [1, 2]) delivery.send(parcel(id), 0);
    const dues = [];
    for (let turn = 0; turn < 5; turn++) {
      const dueAt = delivery.dueAt() ?? NaN;
      dues.push(dueAt);
      delivery.tick(dueAt);
    }
    expect(dues).toEqual([2000, 6000, 14_000, 24_000, 34_000]);
    delivery.receipt({ upTo: 1, from: 'bob', to: 'ann' }, 40_000);
    expect(delivery.dueAt()).toBe(42_000);
  });

  it('gathers receipts for 20 ms', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    const meta = { from: 'bob', to: 'ann' };
    expect(short(delivery.take('message', 'a', { ...meta, seq: 1 }, true, 100))).toEqual(['deliver a']);
    expect(short(delivery.take('message', 'b', { ...meta, seq: 2 }, true, 110))).toEqual(['deliver b']);
    expect(delivery.dueAt()).toBe(120);
    expect(short(delivery.tick(120))).toEqual(['receipt 2 ann>bob']);
    expect(delivery.dueAt()).toBeUndefined();
  });

  it('gives a receipt at once for every 32nd', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    const effects = Array.from({ length: 33 }, (_, index) =>
      delivery.take('message', 'x', { seq: index + 1, from: 'bob', to: 'ann' }, true, 0),
    );
    expect(effects.flatMap(short).filter((line) => line !== 'deliver x')).toEqual(['receipt 32 ann>bob']);
  });

  it('drops what it has, what is for another incarnation, and what comes before its turn', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    const take = (seq: number, to: string, hasRoom = true): string[] =>
      short(delivery.take('response', `v${seq}`, { seq, from: 'bob', to }, hasRoom, 0));
    expect(take(1, 'ann-before')).toEqual([]);
    expect(take(2, 'ann')).toEqual([]);
    expect(delivery.dueAt()).toBeUndefined();
    expect(take(1, 'ann', false)).toEqual([]);
    expect(take(1, 'ann')).toEqual(['deliver v1']);
    expect(take(1, 'ann')).toEqual([]);
    expect(take(2, 'ann')).toEqual(['deliver v2']);
    expect(short(delivery.tick(20))).toEqual(['receipt 2 ann>bob']);
  });

  it('never gives what was meant for one to the one who came instead', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    delivery.send(parcel(1), 0);
    delivery.awayIs();
    delivery.send(parcel(2), 0);
    delivery.goneIs();
    delivery.send(parcel(3), 0);
    expect(short(delivery.meet({ me: 'cy' }, false, 9))).toEqual([
      'fail 1 peer-gone',
      'fail 2 peer-gone',
      'm3 #1 ann/1>cy',
    ]);
    expect(short(delivery.receipt({ upTo: 1, from: 'bob', to: 'ann' }, 9))).toEqual([]);
    expect(short(delivery.receipt({ upTo: 1, from: 'cy', to: 'ann/1' }, 9))).toEqual(['settle 3']);
  });

  it('goes on with the same incarnation, even in a new room', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    delivery.send(parcel(1), 0);
    delivery.receipt({ upTo: 1, from: 'bob', to: 'ann' }, 0);
    delivery.send(parcel(2), 0);
    delivery.goneIs();
    delivery.drop();
    delivery.enter(null, false, 0);
    delivery.send(parcel(3), 0);
    expect(short(delivery.meet({ me: 'bob' }, false, 0))).toEqual(['m2 #2 ann>bob again', 'm3 #3 ann>bob']);
  });

  it('counts anew, under a new name, for one who comes back after another', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    delivery.send(parcel(1), 0);
    delivery.goneIs();
    delivery.meet({ me: 'cy' }, false, 0);
    delivery.goneIs();
    delivery.meet({ me: 'bob' }, false, 0);
    expect(short(delivery.send(parcel(2), 0))).toEqual(['m2 #1 ann/2>bob']);
  });

  it('settles when written to a client without receipts', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    delivery.send(parcel(1), 0);
    delivery.goneIs();
    delivery.send(parcel(2), 0);
    expect(short(delivery.meet({}, false, 0))).toEqual(['fail 1 peer-gone', 'm2 bare', 'settle 2']);
    expect(delivery.receipts).toBe(false);
    expect(short(delivery.send(parcel(3), 0))).toEqual(['m3 bare', 'settle 3']);
    expect(short(delivery.take('message', 'hi', undefined, true, 0))).toEqual(['deliver hi']);
  });

  it('keeps what has not had its turn for the client without receipts that it was for', () => {
    const pace = createPace();
    pace.start({ events: 1, bytes: 0 }, 0);
    for (let frame = 0; frame < 3; frame++) pace.spend(0, 0);
    const delivery = createDelivery('ann', limits, pace);
    delivery.enter({}, true, 0);
    for (const id of [1, 2]) expect(delivery.send(parcel(id), 0)).toEqual([]);
    expect(delivery.dueAt()).toBe(1000);
    expect(short(delivery.tick(1000))).toEqual(['m1 bare', 'settle 1']);
    pace.spend(0, 1000);
    delivery.drop();
    expect(delivery.dueAt()).toBeUndefined();
    delivery.send(parcel(3), 1500);
    expect(short(delivery.enter({ me: 'cy' }, true, 9000))).toEqual(['fail 2 peer-gone', 'm3 #1 ann>cy']);
  });

  it('takes out what the server will never take, and closes the ranks', () => {
    const delivery = ann();
    delivery.enter({ me: 'bob' }, true, 0);
    for (const id of [1, 2, 3]) delivery.send(parcel(id), 0);
    expect(short(delivery.discard(({ id }) => id === 2, 0))).toEqual([
      'fail 2 too-large',
      'm1 #1 ann>bob again',
      'm3 #2 ann>bob again',
    ]);
  });

  it('has at most 128 on the way', () => {
    const delivery = ann({ maxParcels: 1000, maxBytes: 100_000 });
    for (let id = 1; id <= 200; id++) delivery.send(parcel(id), 0);
    expect(delivery.enter({ me: 'bob' }, true, 0)).toHaveLength(128);
    const more = short(delivery.receipt({ upTo: 10, from: 'bob', to: 'ann' }, 0));
    expect(more.slice(10)).toEqual(Array.from({ length: 10 }, (_, i) => `m${129 + i} #${129 + i} ann>bob`));
  });
});
