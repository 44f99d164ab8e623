// Which texts are parsed: those that may hold a message, and hardly any other.
import { expect, it } from 'vitest';
import { cutMark, isTooLong, maxTextLength } from '../../server/protocol/limits.js';

const maxMessageBytes = 10_000;
const beside = 4096;
const most = maxMessageBytes + beside;

const jsonOf = (value: unknown): string => JSON.stringify(value);

it('[R8] [U15] as long as a message and what is beside it', () => {
  expect(isTooLong('['.repeat(most), maxMessageBytes)).toBe(false);
  expect(isTooLong('['.repeat(most + 1), maxMessageBytes)).toBe(true);
});

it.each([
  ['escape sequences', jsonOf('\n"\\'.repeat(maxMessageBytes / 3))],
  ['characters written as numbers', `"${'\\u00e9'.repeat(maxMessageBytes / 2)}"`],
  ['surrogate pairs written as numbers', `"${'\\ud83d\\ude00'.repeat(maxMessageBytes / 4)}"`],
  [
    'indented JSON',
    JSON.stringify(
      Array.from({ length: maxMessageBytes / 2 - 1 }, () => 1),
      undefined,
      2,
    ),
  ],
])('[R8] [U15] %s: a message that is within its limit is parsed, however it is written', (_, text) => {
  expect(text.length).toBeGreaterThan(most);
  expect(isTooLong(text, maxMessageBytes)).toBe(false);
});

it('[R8] [U15] nothing makes up for values that are too many', () => {
  const values = '[],'.repeat(most / 3 + 1);
  for (const beside of ['"\\n"', '"\\u0041"', '  \t\n'])
    expect(isTooLong(`[${values}${beside.repeat(1000)}]`, maxMessageBytes)).toBe(true);
});

it('[R8] [U15] what is too long to be decoded, or was cut off, is too long', () => {
  const spaces = ' '.repeat(maxTextLength(maxMessageBytes));
  expect(isTooLong(spaces, maxMessageBytes)).toBe(false);
  expect(isTooLong(`${spaces} `, maxMessageBytes)).toBe(true);
  expect(isTooLong(`the start${cutMark}`, maxMessageBytes)).toBe(true);
});

it('[R8] [U15] 0 is no limit', () => {
  expect(isTooLong('['.repeat(1_000_000), 0)).toBe(false);
});
