// Secrets of seats and names: what is kept of them, and how one is recognized. [R20] [U20]
import { expect, it } from 'vitest';
import { hashSecret, hashSecrets } from '../../server/connections/hash-secret.js';
import { isAmong, secretsToKeep, type SecretHash } from '../../server/protocol/secrets.js';

it('[R20] [U20] only a SHA-256 hash is kept', () => {
  expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it.each([
  ['nothing', {}, {}],
  ['a secret without resume', { seat: 's', next: 'n' }, {}],
  ['resume false', { resume: false, seat: 's' }, {}],
  ['resume without a secret', { resume: true, next: 'n' }, {}],
  ['a secret', { resume: true, seat: 's' }, { secret: hashSecret('s') }],
  [
    'a secret and the next',
    { resume: true, seat: 's', next: 'n' },
    { secret: hashSecret('s'), nextSecret: hashSecret('n') },
  ],
])('[R20] [U20] what counts of %s', (_what, options, secrets) => {
  expect(hashSecrets(options)).toEqual(secrets);
});

it('[R20] [U20] both the secret and the next one fit, others do not', () => {
  const { secrets } = secretsToKeep({ secret: hashSecret('s'), nextSecret: hashSecret('n') });
  expect(['s', 'n', 'x', ''].map((word) => isAmong(secrets, hashSecret(word)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(secretsToKeep({})).toEqual({});
});

it('[R20] [U20] a part of a hash, a longer one and none at all fit nothing', () => {
  const hash = hashSecret('s');
  const strange = [hash.slice(0, -1), `${hash}0`, '', hash.toUpperCase()] as SecretHash[];
  expect(strange.map((each) => isAmong([hash], each))).toEqual([false, false, false, false]);
  expect(isAmong(undefined, hash)).toBe(false);
  expect(isAmong([], hash)).toBe(false);
});
