// Items by address: whatever comes and goes, the one that is found is the oldest of an address that has the most.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByAddress, type Place } from '../../server/transport/by-address.js';

interface Added {
  address: string | undefined;
  number: number;
  place: Place<number>;
}

test('[U17] the oldest item of an address with the most is found, and an unknown address has one', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.constantFrom('a', 'b', 'c', undefined) }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(50) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const items = new ByAddress<number>();
      const model: Added[] = [];
      const countOf = ({ address }: Added): number =>
        address === undefined ? 1 : model.filter((other) => other.address === address).length;
      for (const [number, next] of steps.entries()) {
        if ('add' in next) model.push({ address: next.add, number, place: items.add(next.add, number) });
        else {
          const [gone] = model.splice(next.remove % Math.max(1, model.length), 1);
          if (gone) items.remove(gone.place);
        }
        const most = Math.max(0, ...model.map(countOf));
        const candidates = model
          .filter((one) => countOf(one) === most)
          .map((one) =>
            one.address === undefined ? one : model.find((other) => other.address === one.address),
          );
        expect([items.count, items.most]).toEqual([model.length, most]);
        expect([undefined, ...candidates.map((one) => one?.number)]).toContain(items.oldestOfMost);
        expect(items.oldestOfMost === undefined).toBe(model.length === 0);
        for (const address of ['a', 'b', 'c']) {
          const own = model.filter((one) => one.address === address);
          expect([items.countOf(address), items.oldestOf(address)]).toEqual([own.length, own[0]?.number]);
        }
      }
    }),
  );
});

test('[U17] of addresses with as many, the one goes first that has had so many for the longest time', () => {
  const items = new ByAddress<string>();
  items.add('a', 'a1');
  const first = items.add('b', 'b1');
  items.add('b', 'b2');
  items.add('a', 'a2');
  expect(items.oldestOfMost).toBe('b1');
  items.remove(first);
  expect(items.oldestOfMost).toBe('a1');
});
