// 300 nasty names: each is refused, or works like any other, and nothing else changes.
import { expect, test } from 'vitest';
import { connectUser, logInUser, startCalls } from '../support/user-client.js';

const fromThePrototype = Object.getOwnPropertyNames(Object.prototype);
const pieces = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'null',
  'undefined',
  '\u0000',
  '\u001b[31m',
  '\r\n',
  '\u2028',
  '\u202eevil',
  '\u200b',
  '\ufeff',
  '\ud800',
  '\udc00x',
  '🎉',
  'Zoe\u0308',
  'ﬃ',
  '<img src=x onerror=alert(1)>',
  '"quoted"',
  '%s%d%j',
  '${7*7}',
  '{"type":"login"}',
  '../../etc/passwd',
  ' ',
  'x'.repeat(64),
  'x'.repeat(65),
  '\u0344'.repeat(64),
  'é'.repeat(1_000),
  '-1',
  '',
];

/** Each piece, and each after a different beginning, until there are 300. */
const names = [
  ...fromThePrototype,
  ...Array.from({ length: 300 - fromThePrototype.length }, (_, index) => {
    const piece = pieces[index % pieces.length] ?? '';
    const round = Math.floor(index / pieces.length);
    return round === 0 ? piece : `${round}${piece}`;
  }),
];

function isName(text: string): boolean {
  const name = text.normalize('NFC');
  const isVisible = /[^\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(name);
  return isVisible && name.length <= 64 && name.isWellFormed() && !/\p{Cc}/u.test(name);
}

test('[U2] 300 nasty names are refused or work, and the object prototype stays as it was', async () => {
  const before = Object.getOwnPropertyDescriptors(Object.prototype);
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  expect(names).toHaveLength(300);
  let taken = 0;
  for (const name of names) {
    const person = await connectUser(url);
    person.say({ type: 'login', name });
    const answer = await person.hears();
    if (isName(name)) {
      taken++;
      expect(answer).toMatchObject({ type: 'login', success: true });
      person.say({ type: 'offer', name: 'ann', offer: name });
      expect(await ann.hears()).toEqual({ type: 'offer', offer: name, name });
      ann.say({ type: 'answer', name, answer: 1 });
      expect(await person.hears()).toEqual({ type: 'answer', answer: 1, name: 'ann' });
      await person.close();
      expect(await ann.hears()).toEqual({ type: 'leave', name });
    } else {
      expect(answer).toMatchObject({ type: 'login', success: false, reason: 'bad-name' });
      person.socket.terminate();
    }
  }
  expect(taken).toBeGreaterThan(150);
  expect(Object.getOwnPropertyDescriptors(Object.prototype)).toEqual(before);
  expect(await ann.hearsAll()).toEqual([]);
});
