// Names of channels in links, in both directions, and the suggested ones.
import { describe, expect, it } from 'vitest';
import { badName, hashOf, nameOfHash, readName, suggestName } from '../../client/pages/call/channel-name.js';

describe('a name in a link', () => {
  it.each([
    ['', ''],
    ['#', ''],
    ['#room-42', 'room-42'],
    ['#tea%20time', 'tea time'],
    ['#%20tea%20', 'tea'],
    ['#a%2Fb%23c', 'a/b#c'],
    ['#100%', '100%'],
    ['#%E2%98%95', '☕'],
  ])('%s is %j', (hash, name) => {
    expect(nameOfHash(hash)).toBe(name);
  });

  it.each(['room-42', 'tea time', '100%', 'a#b?c/d', '☕ ü'])('%j comes back as it was', (name) => {
    expect(nameOfHash(hashOf(name))).toBe(name);
  });

  it('no name, no hash', () => {
    expect(hashOf('')).toBe('');
  });
});

describe('a written name', () => {
  it('loses the spaces around it, and is in NFC', () => {
    expect(readName(' u\u0308 ')).toEqual({ channel: '\u00fc' });
  });

  it.each(['', '   ', 'x'.repeat(129), 'a\u0000b', '\ud800'])('%j is none', (written) => {
    expect(readName(written)).toEqual({ problem: badName });
  });

  it('that is none is told what a name is', () => {
    expect(badName).toBe('This name cannot be used. A name has 1 to 128 letters, digits and signs.');
  });
});

describe('a suggested name', () => {
  it.each([0, 0.5, 0.999_999])('is a name, whatever the chance: %d', (chance) => {
    const name = suggestName(() => chance);
    expect(readName(name)).toEqual({ channel: name });
    expect(name).toMatch(/^[a-z]+-[a-z]+-[a-z]+-\d{3}$/);
  });
});
