// What every courier promises. A test file runs it for each implementation.
import { beforeEach, describe, expect, test } from 'vitest';
import type { Courier } from '../../server/cluster/courier.js';

export interface TestParcel {
  from: string;
  number: number;
}

/** The couriers of some nodes; on one node alone they are the same one. */
export interface CourierNodes {
  couriers: readonly Courier<TestParcel>[];
  /** The address of a connection of that node. */
  addressOf(node: number, id: string): string;
  close(): Promise<void>;
}

export function parseTestParcel(value: unknown): TestParcel | undefined {
  const { from, number } = value as Partial<TestParcel>;
  return typeof from === 'string' && typeof number === 'number' ? { from, number } : undefined;
}

/** @param open nodes that nobody has used yet */
export function describeCourier(what: string, open: () => Promise<CourierNodes>): void {
  describe(what, () => {
    let nodes: CourierNodes;
    beforeEach(async () => {
      nodes = await open();
      return () => nodes.close();
    });

    const courier = (node: number): Courier<TestParcel> => {
      const found = nodes.couriers[node % nodes.couriers.length];
      if (!found) throw new Error('there is no node');
      return found;
    };

    /** A connection, and what it has received. */
    function attach(node: number, id: string) {
      const received: TestParcel[] = [];
      const address = nodes.addressOf(node, id);
      const detach = courier(node).attach(address, (parcel) => received.push(parcel));
      return { address, received, detach };
    }

    test('10,000 parcels of each of three senders arrive in the order of each, notices and signals mixed', async () => {
      const ann = attach(0, 'ann');
      for (let number = 0; number < 10_000; number++) {
        for (const node of [0, 1, 2]) {
          const kind = number % 97 === 0 ? 'notice' : 'signal';
          courier(node).carry(ann.address, { from: `node ${node}`, number }, kind);
        }
        // A node reads what comes while it sends, as a server does.
        if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await expect.poll(() => ann.received).toHaveLength(30_000);
      for (const node of [0, 1, 2]) {
        const numbers = ann.received
          .filter(({ from }) => from === `node ${node}`)
          .map(({ number }) => number);
        expect(numbers).toEqual(Array.from({ length: 10_000 }, (_, number) => number));
      }
    });

    test('one to a connection that is gone is dropped, one to another is not held up', async () => {
      const [ann, bob] = [attach(0, 'ann'), attach(0, 'bob')];
      courier(1).carry(ann.address, { from: 'cy', number: 1 }, 'notice');
      await expect.poll(() => ann.received).toHaveLength(1);
      ann.detach();
      courier(1).carry(ann.address, { from: 'cy', number: 2 }, 'notice');
      courier(1).carry(ann.address, { from: 'cy', number: 3 }, 'signal');
      courier(1).carry(bob.address, { from: 'cy', number: 4 }, 'notice');
      await expect.poll(() => bob.received).toEqual([{ from: 'cy', number: 4 }]);
      expect(ann.received).toEqual([{ from: 'cy', number: 1 }]);
    });

    test('to a connection of its own node a parcel comes at once', () => {
      const ann = attach(0, 'ann');
      courier(0).carry(ann.address, { from: 'bob', number: 1 }, 'signal');
      courier(0).carry(ann.address, { from: 'bob', number: 2 }, 'notice');
      expect(ann.received.map(({ number }) => number)).toEqual([1, 2]);
    });

    test('whoever attaches last has the address, and the end of an earlier one changes nothing', async () => {
      const first = attach(0, 'ann');
      const second = attach(0, 'ann');
      first.detach();
      courier(2).carry(second.address, { from: 'bob', number: 1 }, 'notice');
      await expect.poll(() => second.received).toHaveLength(1);
      expect(first.received).toEqual([]);
    });

    test('a probe is answered by the node of the connection, and by nobody else', async () => {
      nodes.couriers.forEach((one, node) => {
        one.answerProbes((address) => Promise.resolve(address === nodes.addressOf(node, `here ${node}`)));
      });
      const home = nodes.couriers.length - 1;
      expect(await courier(0).isAlive(nodes.addressOf(home, `here ${home}`))).toBe(true);
      expect(await courier(0).isAlive(nodes.addressOf(home, 'nobody'))).toBe(false);
    });
  });
}
