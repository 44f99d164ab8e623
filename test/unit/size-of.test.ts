// How large a value counts while it waits. [R15]
import { expect, it } from 'vitest';
import { sizeOf } from '../../server/transport/connection-limits.js';

const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;

const rows: [what: string, value: unknown, bytes: number][] = [
  ['a text, by its bytes', 'xyz', 3],
  ['a text of other letters', 'é€', 5],
  ['a number', 7, 8],
  ['nothing', null, 8],
  ['a function', () => {}, 8],
  ['a list with its items', ['ab', 1, []], 8 + 2 + 8 + 8],
  ['an object with its keys', { ab: 'cd', e: { f: 1 } }, 8 + 2 + 2 + 1 + 8 + 1 + 8],
  ['binary data', Buffer.alloc(1000), 1008],
  ['lists 100,000 deep', deep, 800_000],
];

it.each(rows)('[R15] %s', (_what, value, bytes) => {
  expect(sizeOf(value)).toBe(bytes);
});
