// The rules of being logged in, as tables: in this state, when this happens, that is done, and this is next.
import { describe, expect, it } from 'vitest';
import { begin, memoryOf } from '../../client/pages/phone/phone-rules.js';
import type { Phone, PhoneEvent } from '../../client/pages/phone/phone-states.js';
import { lineOver, words } from '../../client/pages/phone/phone-words.js';
import {
  calling,
  entering,
  free,
  freeWith,
  out,
  ringing,
  shortly,
  talking,
} from '../support/phone-states.js';

describe('logging in', () => {
  it('a page begins with the field for the name, or logs in with the one that it remembers', () => {
    expect(begin({ way: 'sound' })).toEqual({ phone: { ...out, way: 'sound' }, deeds: [] });
    expect(begin({ way: 'camera', name: 'ann' })).toEqual({
      phone: entering,
      deeds: [{ do: 'log in', name: 'ann' }],
    });
  });

  it.each<[string, Phone, PhoneEvent, Phone, string[]]>([
    [
      'a name logs in, without the space around it',
      out,
      { kind: 'log in', name: ' ann ' },
      entering,
      ['log in ann'],
    ],
    ['no name says so', out, { kind: 'log in', name: ' ' }, { ...out, problem: words.noName }, []],
    ['a second login changes nothing', entering, { kind: 'log in', name: 'bob' }, entering, []],
    ['the server lets one in', entering, { kind: 'logged in' }, { ...free, people: 'unknown' }, []],
    ['the server is away', entering, { kind: 'lost' }, { ...entering, isUnreachable: true }, []],
    [
      'its name is away',
      { ...entering, isUnreachable: true },
      { kind: 'taken already', freeInMs: 900 },
      { ...entering, freeInMs: 900 },
      [],
    ],
    [
      'the server is away while one waits for a name',
      { ...entering, freeInMs: 900 },
      { kind: 'lost' },
      { ...entering, isUnreachable: true },
      [],
    ],
    ['nothing else hears of a name that is away', free, { kind: 'taken already', freeInMs: 900 }, free, []],
    ['one thinks better of it', entering, { kind: 'log out' }, { ...out, draft: 'ann' }, ['log out']],
    [
      'a bad name says why',
      entering,
      over('bad-name', 'Too long.'),
      { ...out, draft: 'ann', problem: 'Too long.' },
      [],
    ],
    ['one logs out', free, { kind: 'log out' }, { ...out, draft: 'ann' }, ['log out']],
    ['nobody logs out of a call', talking, { kind: 'log out' }, talking, []],
    ['what an old line says is not heard', out, over('closed', 'Closed.'), out, []],
    ['the connection is lost', free, { kind: 'lost' }, { ...free, isLost: true }, []],
    ['and found', { ...free, isLost: true }, { kind: 'back' }, free, []],
    ['people come', free, { kind: 'people', people: [] }, { ...free, people: [] }, []],
    ['the server hides them', free, { kind: 'people', people: 'hidden' }, { ...free, people: 'hidden' }, []],
    ['one chooses how to talk', ringing, { kind: 'chose', way: 'watch' }, { ...ringing, way: 'watch' }, []],
  ])('%s', (_, phone, event, next, does) => {
    expect(shortly(phone, event)).toEqual({ next, does });
  });

  it('a taken name says that it may be one’s own', () => {
    const { next, does } = shortly(entering, { kind: 'taken already', freeInMs: undefined });
    expect(next).toEqual({ ...out, draft: 'ann', problem: words.taken('ann') });
    expect(does).toEqual(['log out']);
  });

  it.each(['taken-over', 'taken', 'refused'] as const)(
    'a line that ends with %s says why, and ends a call',
    (reason) => {
      const next = { ...out, draft: 'ann', news: lineOver('ann', reason, 'No.') };
      expect(shortly(free, over(reason, 'No.'))).toEqual({ next, does: [] });
      expect(shortly(talking, over(reason, 'No.'))).toEqual({ next, does: ['hang up', 'let media go'] });
    },
  );

  it('what a tab remembers leads back to where it was, but not into the call', () => {
    expect(memoryOf(out)).toEqual({ way: 'camera' });
    expect(memoryOf(entering)).toEqual({ way: 'camera', name: 'ann' });
    expect(memoryOf(ringing)).toEqual({ way: 'camera', name: 'ann' });
    expect(memoryOf(calling)).toEqual({ way: 'camera', name: 'ann', with: 'bob' });
    const remembered = memoryOf(talking);
    expect(remembered).toEqual({ way: 'camera', name: 'ann', with: 'bob' });
    const { phone } = begin(remembered);
    expect(memoryOf(phone)).toEqual(remembered);
    expect(shortly(phone, { kind: 'logged in' }).next).toEqual({
      ...freeWith(words.loadedAgain('bob'), 'bob'),
      people: 'unknown',
    });
  });
});

function over(
  reason: 'taken' | 'bad-name' | 'closed' | 'taken-over' | 'refused',
  sentence: string,
): PhoneEvent {
  return { kind: 'line over', reason, sentence };
}
