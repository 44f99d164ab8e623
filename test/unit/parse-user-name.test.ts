// User names: what is one. What they have in common with channel names is in parse-channel.test. [U2]
import { expect, test } from 'vitest';
import { parseUserName } from '../../server/protocol/parse-user-name.js';

test.each([
  ['one letter', 'a', 'a'],
  ['64 letters', 'x'.repeat(64), 'x'.repeat(64)],
  ['a letter with its accent behind it', 'Zoe\u0308', 'Zo\u00eb'],
  ['a name in two words', 'ann lee', 'ann lee'],
  ['spaces around a letter', ' a ', ' a '],
  ['a family, joined by characters that show nothing', '👩\u200d👧', '👩\u200d👧'],
  ['a letter in the other direction', '\u202ea', '\u202ea'],
  ['a dot', '.', '.'],
])('[U2] %s is a name', (_what, written, name) => {
  expect(parseUserName(written)).toBe(name);
});

test.each([
  ['a space', ' '],
  ['64 spaces', ' '.repeat(64)],
  ['a space that does not break', '\u00a0'],
  ['a line separator', '\u2028'],
  ['an ideographic space', '\u3000'],
  ['a space without width', '\u200b'],
  ['a joiner', '\u200d'],
  ['a mark of direction', '\u202e'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['a filler of Hangul', '\u3164'],
  ['a variation selector', '\ufe0f'],
  ['tags', '\u{e0061}\u{e007f}'],
  ['spaces and invisible characters', ' \u200b\u2060 '],
  ['nothing', ''],
  ['65 letters', 'x'.repeat(65)],
  ['a line feed', 'a\nb'],
  ['half a pair', '\ud800'],
  ['a number', 7],
])('[U2] %s is none: people have to see whom they call', (_what, value) => {
  expect(parseUserName(value)).toBeUndefined();
});
