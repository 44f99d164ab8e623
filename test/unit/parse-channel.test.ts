// Channel names: what is one, and which are the same. [R1]
import { describe, expect, it } from 'vitest';
import { isSameChannel, parseChannel } from '../../server/protocol/parse-channel.js';
import { refusals } from '../../server/protocol/refusals.js';

/** One character as written, two code points in NFD. */
const composed = '\u00e9';
const decomposed = 'e\u0301';

describe('names', () => {
  const good: [what: string, written: string, name: string][] = [
    ['one letter', 'a', 'a'],
    ['a space', ' ', ' '],
    ['128 letters', 'x'.repeat(128), 'x'.repeat(128)],
    ['64 faces, two units each', '😀'.repeat(64), '😀'.repeat(64)],
    ['a composed letter', `caf${composed}`, `caf${composed}`],
    ['a letter with its accent behind it', `caf${decomposed}`, `caf${composed}`],
    ['128 letters and accents, 256 units as written', decomposed.repeat(128), composed.repeat(128)],
    ['__proto__', '__proto__', '__proto__'],
    ['constructor', 'constructor', 'constructor'],
    ['toString', 'toString', 'toString'],
    ['right to left', 'שלום', 'שלום'],
    ['a zero-width joiner', 'a\u200db', 'a\u200db'],
    ['markup', '<b>hi</b>', '<b>hi</b>'],
    ['quotes and a slash', '"\\/', '"\\/'],
  ];
  it.each(good)('[R1] %s is a name', (_what, written, name) => {
    expect(parseChannel(written)).toEqual({ ok: true, value: name });
  });

  const bad: [what: string, value: unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['129 letters', 'x'.repeat(129)],
    ['65 faces, 130 units', '😀'.repeat(65)],
    ['129 letters and accents', decomposed.repeat(129)],
    ['a million letters', 'x'.repeat(1_000_000)],
    ['a first half of a pair', 'a\ud83d'],
    ['a second half of a pair', '\ude00b'],
    ['two halves in the wrong order', '\ude00\ud83d'],
    ['NUL', 'a\0b'],
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\r'],
    ['a tab', '\ta'],
    ['an escape', '\u001b[31m'],
    ['DEL', 'a\u007f'],
    ['a C1 control', 'a\u0085'],
    ['a number', 42],
    ['NaN', Number.NaN],
    ['true', true],
    ['a list with a name', ['room']],
    ['an object', { channel: 'room' }],
    ['an object that turns into a text', { toString: () => 'room' }],
    ['bytes', Buffer.from('room')],
    ['a function', () => 'room'],
  ];
  it.each(bad)('[R1] %s is none', (_what, value) => {
    expect(parseChannel(value)).toEqual({ ok: false, refusal: refusals.badChannel() });
  });
});

describe('sameness', () => {
  it('[R1] names that are equal after NFC are one channel', () => {
    const name = parseChannel(`caf${decomposed}`);
    if (!name.ok) expect.unreachable();
    expect(isSameChannel(`caf${composed}`, name.value)).toBe(true);
    expect(isSameChannel(`caf${decomposed}`, name.value)).toBe(true);
    expect(isSameChannel('cafe', name.value)).toBe(false);
    expect(isSameChannel(`CAF${composed}`, name.value)).toBe(false);
    expect(isSameChannel('x'.repeat(1_000_000), name.value)).toBe(false);
  });

  it('[R1] the letters that NFC shortens most fit within what is looked at', () => {
    const written = '\u1f80'.normalize('NFD').repeat(128);
    expect(written.length).toBe(384);
    expect(parseChannel(written)).toEqual({ ok: true, value: '\u1f80'.repeat(128) });
  });
});
