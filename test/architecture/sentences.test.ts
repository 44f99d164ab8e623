// Every sentence that a person can read is compared somewhere in the tests, and in one place only: a changed sentence
// fails the test that owns it, and is edited there alone.
import { describe, expect, it } from 'vitest';
import {
  keyOf,
  sentencesOfPages,
  sentencesOfSource,
  testFilesOf,
  type Sentence,
} from '../support/sentences.js';

const sentences = [...sentencesOfSource(), ...sentencesOfPages()];
const filesOf = testFilesOf(sentences);

it('there are sentences, of the server and of the client', () => {
  const places = sentences.map(({ place }) => place);
  for (const part of ['server/', 'client/transport/', 'client/call/', 'client/pages/', 'public/']) {
    expect(places.filter((place) => place.startsWith(part)).length).toBeGreaterThan(4);
  }
});

describe('a sentence', () => {
  it('is owned by a test', () => {
    const orphans = sentences.filter((sentence) => filesOf(sentence).length === 0);
    expect(orphans.map(describeSentence)).toEqual([]);
  });

  it('stands in one test file: in two only if two source files say it, each with a test of its own', () => {
    const repeated = sentences.filter((sentence) => filesOf(sentence).length > sourceFilesOf(sentence).size);
    expect(repeated.filter(isWhole).map(describeSentence)).toEqual([]);
  });
});

/**
 * What begins with a small letter is part of a sentence, or a remark beside an arrow of the ladder: some words that
 * names of tests have, too. Such words have at least one owner.
 */
function isWhole(sentence: Sentence): boolean {
  return !/^\p{Ll}/u.test(keyOf(sentence));
}

function sourceFilesOf(sentence: Sentence): Set<string> {
  const same = sentences.filter((other) => keyOf(other) === keyOf(sentence));
  return new Set(same.map(({ place }) => place.replace(/:\d+$/, '')));
}

function describeSentence(sentence: Sentence): string {
  return [`${sentence.place}: ${keyOf(sentence)}`, ...filesOf(sentence)].join('\n  ');
}
