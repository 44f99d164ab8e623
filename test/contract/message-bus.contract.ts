// What every message bus promises. A test file runs it for each implementation.
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import type { TestPayload } from '../support/message-bus-nodes.js';

/** The message buses of some nodes; on one node alone they are the same one. */
export interface OpenBuses {
  buses: readonly MessageBus<TestPayload>[];
  /** The address of a connection of that node. */
  addressOf(node: number, id: string): string;
  close(): Promise<void>;
}

/** @param open nodes that nobody has used yet */
export function messageBusContract(name: string, open: () => Promise<OpenBuses>): void {
  describe(name, () => {
    let nodes: OpenBuses;
    beforeEach(async () => {
      nodes = await open();
      return () => nodes.close();
    });

    const bus = (node: number): MessageBus<TestPayload> => {
      const found = nodes.buses[node % nodes.buses.length];
      if (!found) throw new Error('there is no node');
      return found;
    };

    /** A connection, and what it has received. */
    function attach(node: number, id: string) {
      const received: TestPayload[] = [];
      const address = nodes.addressOf(node, id);
      const detach = bus(node).attach(address, (payload) => received.push(payload));
      return { address, received, detach };
    }

    test('10,000 payloads of each of three senders arrive in the order of each, assured and relayed ones mixed', async () => {
      const ann = attach(0, 'ann');
      for (let number = 0; number < 10_000; number++) {
        for (const node of [0, 1, 2]) {
          const delivery = number % 97 === 0 ? 'assured' : 'relay';
          bus(node).send(ann.address, { from: `node ${node}`, number }, delivery);
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

    test('one to a closed connection is dropped, one to another is not held up', async () => {
      const [ann, bob] = [attach(0, 'ann'), attach(0, 'bob')];
      bus(1).send(ann.address, { from: 'cy', number: 1 }, 'assured');
      await expect.poll(() => ann.received).toHaveLength(1);
      ann.detach();
      bus(1).send(ann.address, { from: 'cy', number: 2 }, 'assured');
      bus(1).send(ann.address, { from: 'cy', number: 3 }, 'relay');
      bus(1).send(bob.address, { from: 'cy', number: 4 }, 'assured');
      await expect.poll(() => bob.received).toEqual([{ from: 'cy', number: 4 }]);
      expect(ann.received).toEqual([{ from: 'cy', number: 1 }]);
    });

    test('to a connection of its own node a payload comes at once', () => {
      const ann = attach(0, 'ann');
      bus(0).send(ann.address, { from: 'bob', number: 1 }, 'relay');
      bus(0).send(ann.address, { from: 'bob', number: 2 }, 'assured');
      expect(ann.received.map(({ number }) => number)).toEqual([1, 2]);
    });

    test('whoever attaches last has the address, and the end of an earlier one changes nothing', async () => {
      const first = attach(0, 'ann');
      const second = attach(0, 'ann');
      first.detach();
      bus(2).send(second.address, { from: 'bob', number: 1 }, 'assured');
      await expect.poll(() => second.received).toHaveLength(1);
      expect(first.received).toEqual([]);
    });

    test('a probe is answered by the node of the connection, and by nobody else', async () => {
      nodes.buses.forEach((one, node) => {
        one.answerProbes((address) => Promise.resolve(address === nodes.addressOf(node, `here ${node}`)));
      });
      const home = nodes.buses.length - 1;
      expect(await bus(0).isAlive(nodes.addressOf(home, `here ${home}`))).toBe(true);
      expect(await bus(0).isAlive(nodes.addressOf(home, 'nobody'))).toBe(false);
    });
  });
}
