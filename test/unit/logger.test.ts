// What a client has chosen cannot change how a log line looks: control and bidirectional characters are shown as codes.
import { expect, test } from 'vitest';
import { droppedLine, escapeJson, prettyLines } from '../../server/observability/logger.js';

const dangerous = [
  ...Array.from({ length: 32 }, (_, code) => code),
  ...Array.from({ length: 33 }, (_, code) => 0x7f + code),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...[0x2066, 0x2067, 0x2068, 0x2069],
].map((code) => String.fromCharCode(code));
const harmless = 'https://example.org/ä?名=“👋🏽”&\\u202e';
const text = `${dangerous.join('')}${harmless}`;

test('a line of JSON has none of them, and still says the same', () => {
  const entry = { level: 40, origin: text, msg: text };
  const line = escapeJson(`${JSON.stringify(entry)}\n`);
  expect(JSON.parse(line)).toEqual(entry);
  expect(line.endsWith('\n')).toBe(true);
  for (const character of dangerous) expect(line.slice(0, -1)).not.toContain(character);
  expect(line).toContain('ä?名=“👋🏽”&');
});

test('a pretty line has none of them, in its message, its fields and its faults', () => {
  const err = { type: 'Error', message: text, stack: `Error: ${text}\n    at place (file.ts:1:1)` };
  const entry = { level: 40, time: 0, origin: text, err, msg: text };
  const lines = prettyLines({ colorize: false })(`${JSON.stringify(entry)}\n`);
  for (const character of dangerous.filter((each) => each !== '\n')) expect(lines).not.toContain(character);
  expect(lines).toContain('WARN');
  expect(lines).toContain('<U+001B>');
  expect(lines).toContain('<U+202E>');
  expect(lines).toContain('ä?名=“👋🏽”&');
  const first = lines.split('\n')[0] ?? '';
  expect(first).toContain('<U+000A>');
  expect(first.endsWith(harmless)).toBe(true);
  expect(lines).toContain('    at place (file.ts:1:1)');
});

test('lines that were dropped are one line, which says how many and why', () => {
  expect(JSON.parse(droppedLine(7))).toMatchObject({
    level: 40,
    lines: 7,
    msg: '7 lines were dropped: standard output could not be written. Its reader is slow or gone, or the disk is full.',
  });
});

test('a pretty line is short: time, level, message and fields', () => {
  const line = JSON.stringify({ level: 30, time: 0, id: 'a1', msg: 'connected' });
  const [first, second] = prettyLines({ colorize: false })(`${line}\n`).split('\n');
  expect(first).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: connected$/);
  expect(second).toBe('    id: "a1"');
});
