// The resume tokens of seats and names: what is stored of them, and how one is recognized. [R20] [U20]
import { expect, it } from 'vitest';
import { hashToken, hashTokens } from '../../server/transport/hash-token.js';
import { isAmong, tokensToKeep, type TokenHash } from '../../server/protocol/resume-tokens.js';

it('[R20] [U20] only a SHA-256 hash is stored', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it.each([
  ['nothing', {}, {}],
  ['a token without resume', { seat: 's', next: 'n' }, {}],
  ['resume false', { resume: false, seat: 's' }, {}],
  ['resume without a token', { resume: true, next: 'n' }, {}],
  ['a token', { resume: true, seat: 's' }, { token: hashToken('s') }],
  [
    'a token and the next one',
    { resume: true, seat: 's', next: 'n' },
    { token: hashToken('s'), nextToken: hashToken('n') },
  ],
])('[R20] [U20] the hashes of %s', (_what, options, hashes) => {
  expect(hashTokens(options)).toEqual(hashes);
});

it('[R20] [U20] both the token and the next one fit, others do not', () => {
  const { secrets } = tokensToKeep({ token: hashToken('s'), nextToken: hashToken('n') });
  expect(['s', 'n', 'x', ''].map((word) => isAmong(secrets, hashToken(word)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(tokensToKeep({})).toEqual({});
});

it('[R20] [U20] a part of a hash, a longer one and none at all fit nothing', () => {
  const hash = hashToken('s');
  const strange = [hash.slice(0, -1), `${hash}0`, '', hash.toUpperCase()] as TokenHash[];
  expect(strange.map((each) => isAmong([hash], each))).toEqual([false, false, false, false]);
  expect(isAmong(undefined, hash)).toBe(false);
  expect(isAmong([], hash)).toBe(false);
});
