// What a connection may send before Socket.IO parses it: one small CONNECT, first of all. [R15]
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { checkConnect, copyText, isNestedDeeper } from '../../server/transport/connection-limits.js';
import { heldBytes } from '../support/live-objects.js';

const maxBytes = 16_384;

/** What came through to Socket.IO of these packets, and whether the connection is closed. */
function send(...packets: unknown[]): { passed: unknown[]; isClosed: boolean } {
  const passed: unknown[] = [];
  const state = { isClosed: false };
  const emitter = new EventEmitter();
  const connection = Object.assign(emitter, {
    close() {
      state.isClosed = true;
      emitter.removeAllListeners();
    },
  });
  checkConnect(connection);
  // As Engine.IO does: its `data` comes after its `packet`.
  connection.on('packet', ({ type, data }: { type: string; data: unknown }) => {
    if (type === 'message' && !state.isClosed) passed.push(data);
  });
  for (const packet of packets) {
    connection.emit(
      'packet',
      typeof packet === 'symbol' ? { type: 'pong' } : { type: 'message', data: packet },
    );
  }
  return { passed, isClosed: state.isClosed };
}

const pong = Symbol('pong');

/** A CONNECT of so many bytes. */
const sized = (bytes: number, letter = 'x'): string =>
  `0{"a":"${letter.repeat((bytes - 9) / Buffer.byteLength(letter))}"}`;

describe('[R15] what comes through', () => {
  const rows: [what: string, packets: unknown[]][] = [
    ['an empty CONNECT', ['0']],
    ['one with auth, as the book sends it', ['0{"log":true}']],
    ['a pong before it', [pong, '0']],
    ['events after it, also binary ones', ['0', '2["message","hi"]', '51-["x",{}]', Buffer.from('x')]],
    ['one of another namespace', ['0/admin,{"a":1}', '2["x"]']],
    ['exactly 16 KB', [sized(maxBytes)]],
    ['exactly four deep', ['0{"a":[{"b":[]}]}']],
    ['many beside one another', [`0{"a":[${'{},'.repeat(2000)}{}]}`]],
    ['brackets in a text', [`0{"a":"${'[{'.repeat(100)}\\"[[[["}`]],
    ['a namespace of brackets', [`0/${'['.repeat(100)},{}`]],
  ];
  it.each(rows)('%s', (_what, packets) => {
    const passed = packets.filter((packet) => packet !== pong);
    expect(send(...packets)).toEqual({ passed, isClosed: false });
  });
});

describe('[R15] what closes the connection, and is not parsed', () => {
  const rows: [what: string, packets: unknown[], passed: number][] = [
    ['one byte more than 16 KB', [sized(maxBytes + 1)], 0],
    ['16 KB of letters of two bytes', [sized(maxBytes + 2, 'é')], 0],
    ['five deep', ['0{"a":[{"b":[{}]}]}'], 0],
    ['lists, 8,000 deep', [`0${'['.repeat(8000)}${']'.repeat(8000)}`], 0],
    ['the same behind a namespace with a quote', [`0/",${'{"a":'.repeat(9)}1${'}'.repeat(9)}`], 0],
    ['a blank for its type', [` ${'['.repeat(9)}`], 0],
    ['an event before it', ['2["message","hi"]', '0'], 0],
    ['a binary event before it', ['51-["x",{"_placeholder":true,"num":0}]', Buffer.from('x')], 0],
    ['binary data before it', [Buffer.from('0')], 0],
    ['nothing at all before it', [undefined], 0],
    ['a second one', ['0', '0'], 1],
    ['a second one, and what follows', ['0', '2["x"]', '0{}', '2["y"]'], 2],
  ];
  it.each(rows)('%s', (_what, packets, count) => {
    expect(send(...packets)).toEqual({ passed: packets.slice(0, count), isClosed: true });
  });
});

it('[R15] the depth of a JSON text is the depth of its value', () => {
  for (const json of ['[]', '[[],[[]]]', '{"a":{"b":"]]"},"c":[{}]}', '["\\\\",["\\"["]]']) {
    const depth = depthOf(JSON.parse(json));
    expect([isNestedDeeper(json, depth), isNestedDeeper(json, depth - 1)], json).toEqual([false, true]);
  }
});

it('[R15] of a long text nothing is kept but the part that was copied', async () => {
  const kept: string[] = [];
  const keepMore = async (): Promise<number> => {
    const before = await heldBytes();
    for (let times = 0; times < 500; times++)
      kept.push(copyText(`${times} ${'x'.repeat(16_000)}`.slice(0, 20)));
    return (await heldBytes()) - before;
  };
  // Whole texts would be 8 MB each time. Other growth of the heap is not there each time.
  await expect.poll(keepMore).toBeLessThan(2_000_000);
  expect(kept.length).toBeGreaterThanOrEqual(500);
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
