// What the benchmark takes for an error: a message that is lost, changed, doubled or out of order.
import { describe, expect, it } from 'vitest';
import { maskKey } from '../bench/frames.js';
import { numberPlace } from '../bench/numbered-text.js';
import { relayAll, relayInTurn, type Route } from '../bench/traffic.js';
import type { TextListener, WireClient } from '../bench/wire-client.js';

/** What a server makes of one text: the texts that the other client hears. */
type Server = (text: string) => string[];

const payload = `hello ${numberPlace}`;

/** A client whose texts go to another one through `server`, later, in order. */
function createClient(server: Server, otherHears: () => TextListener | undefined) {
  let listener: TextListener | undefined;
  const written: string[] = [];
  const client: WireClient = {
    write(frame) {
      const bytes = frame.subarray(6).map((byte, index) => byte ^ (maskKey[index & 3] ?? 0));
      const text = Buffer.from(bytes).toString('utf8');
      written.push(text);
      setImmediate(() => {
        for (const heard of server(text)) otherHears()?.(Buffer.from(heard), 0, Buffer.byteLength(heard));
      });
    },
    say: () => {},
    next: () => Promise.reject(new Error('This client waits for nothing.')),
    hear(next) {
      listener = next;
    },
    pings: () => 0,
    close: () => {},
  };
  return { client, written, hears: () => listener };
}

function createPair(server: Server): { routes: [Route, Route]; written: string[][] } {
  const ann = createClient(server, () => bob.hears());
  const bob = createClient(server, () => ann.hears());
  const same = (text: string): string => text;
  const route = (from: WireClient, to: WireClient): Route => ({ from, to, sent: same, received: same });
  return {
    routes: [route(ann.client, bob.client), route(bob.client, ann.client)],
    written: [ann.written, bob.written],
  };
}

/** Ten messages each way, three of them under way. */
function relayTen(server: Server): Promise<void> {
  return relayAll(createPair(server).routes, { payload, count: 10 }, 3);
}

describe('relaying', () => {
  it('sends every message of every route once, in order', async () => {
    const { routes, written } = createPair((text) => [text]);
    await relayAll(routes, { payload, count: 10 }, 3);
    const all = Array.from({ length: 10 }, (_, number) => `hello 0000000${number}`);
    expect(written).toEqual([all, all]);
  });

  it.each<[string, Server]>([
    ['is lost', (text) => (text.endsWith('4') ? [] : [text])],
    ['is doubled', (text) => (text.endsWith('4') ? [text, text] : [text])],
    ['is changed', (text) => [text.replace('hello 00000004', 'Hello 00000004')]],
    ['is too long', (text) => [text.endsWith('4') ? `${text} ` : text]],
  ])('fails when a message %s', async (_, server) => {
    await expect(relayTen(server)).rejects.toThrow(
      /lost, changed, doubled or out of order\.\nExpected: hello 0/,
    );
  });

  it('fails when two messages change places', async () => {
    const held: string[] = [];
    const swap: Server = (text) => {
      if (text.endsWith('4') && held.length === 0) {
        held.push(text);
        return [];
      }
      return [text, ...held.splice(0)];
    };
    await expect(relayTen(swap)).rejects.toThrow(/Expected: hello 00000004\nReceived: hello/);
  });
});

describe('relaying in turn', () => {
  it('answers each message before the next one is sent', async () => {
    const order: string[] = [];
    const { routes } = createPair((text) => {
      order.push(text);
      return [text];
    });
    await relayInTurn([routes], { payload, count: 3 });
    expect(order).toEqual([0, 0, 1, 1, 2, 2].map((number) => `hello 0000000${number}`));
  });
});
