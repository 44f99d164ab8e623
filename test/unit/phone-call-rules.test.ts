// The rules of a call by name, as tables: in this state, when this happens, that is done, and this is next.
import { describe, expect, it } from 'vitest';
import { happen } from '../../client/pages/phone/phone-rules.js';
import type { Online, Phone, PhoneEvent } from '../../client/pages/phone/phone-states.js';
import { notTaken as sentenceOf, words } from '../../client/pages/phone/phone-words.js';
import {
  askWith,
  calling,
  cysRing,
  doing,
  free,
  freeWith,
  missed,
  missedNews,
  preparing,
  ring,
  ringing,
  shortly,
  taking,
  talking,
  troubled,
  troubledTaking,
} from '../support/phone-states.js';

const serversOwn = 'The server’s own words.';

describe('calling', () => {
  it.each<[string, Phone, PhoneEvent, Phone, string[]]>([
    ['the camera first', free, { kind: 'call', id: 3, to: 'bob ' }, preparing, [askWith('camera')]],
    ['nobody', free, { kind: 'call', id: 3, to: ' ' }, freeWith(words.nobodyToCall), []],
    ['not in a call', talking, { kind: 'call', id: 4, to: 'cy' }, talking, []],
    ['then it rings', preparing, { kind: 'media ready', id: 3 }, calling, ['call 3 bob camera']],
    ['no camera', preparing, { kind: 'media failed', id: 3, sentence: 'No camera.' }, troubled, []],
    ['once more', troubled, { kind: 'go on' }, preparing, [askWith('camera')]],
    [
      'with less',
      troubled,
      { kind: 'go on', way: 'watch' },
      doing({ is: 'preparing', id: 3, to: 'bob', way: 'watch' }),
      [askWith('watch')],
    ],
    ['not twice at once', preparing, { kind: 'go on', way: 'watch' }, preparing, []],
    ['no call after all', troubled, { kind: 'take back' }, free, ['let media go']],
    ['taken back', calling, { kind: 'take back' }, free, ['take back', 'let media go']],
    ['the other takes it', calling, { kind: 'taken', id: 3 }, talking, ['talk 3']],
    [
      'nobody answers',
      calling,
      { kind: 'time is over', id: 3 },
      freeWith(words.noAnswer('bob'), 'bob'),
      ['take back', 'let media go'],
    ],
    ['late time', calling, { kind: 'time is over', id: 2 }, calling, []],
    ['late camera', free, { kind: 'media ready', id: 3 }, free, []],
    ['late refusal', calling, notTaken('busy', 2), calling, []],
    [
      'somebody else was quicker, and rings',
      calling,
      { kind: 'incoming', ring: cysRing, isForeign: false },
      doing({ is: 'ringing', ring: cysRing }),
      ['let media go'],
    ],
  ])('%s', (_, phone, event, next, does) => {
    expect(shortly(phone, event)).toEqual({ next, does });
  });

  it.each([
    ['not-online', 'bob'],
    ['busy', 'bob'],
    ['declined', 'bob'],
    ['refused', undefined],
  ] as const)('whoever is %s gets a sentence', (reason, again) => {
    expect(shortly(calling, notTaken(reason))).toEqual({
      next: freeWith(sentenceOf('bob', reason, serversOwn), again),
      does: ['let media go'],
    });
  });

  it('without the server nobody is called', () => {
    const lost = { ...free, isLost: true };
    const { next, does } = shortly(lost, { kind: 'call', id: 3, to: 'bob' });
    expect(does).toEqual([]);
    expect(next).toHaveProperty('news.text', words.noServerNow);
  });
});

describe('being called', () => {
  const incoming: PhoneEvent = { kind: 'incoming', ring, isForeign: false };
  const fromCy: PhoneEvent = { kind: 'incoming', ring: cysRing, isForeign: false };

  it.each<[string, Phone, PhoneEvent, Phone, string[]]>([
    ['it rings', free, incoming, ringing, []],
    ['the camera first', ringing, { kind: 'take' }, taking, [askWith('camera', 7)]],
    [
      'then one talks',
      taking,
      { kind: 'media ready', id: 7 },
      doing({ is: 'talking', id: 7, with: 'bob' }),
      ['take 7'],
    ],
    ['no camera', taking, { kind: 'media failed', id: 7, sentence: 'No camera.' }, troubledTaking, []],
    [
      'with less',
      troubledTaking,
      { kind: 'go on', way: 'sound' },
      doing({ is: 'taking', ring, way: 'sound' }),
      [askWith('sound', 7)],
    ],
    ['declined', ringing, { kind: 'decline' }, free, ['decline', 'let media go']],
    ['declined for want of a camera', troubledTaking, { kind: 'decline' }, free, ['decline', 'let media go']],
    [
      'the caller gives up',
      ringing,
      { kind: 'ring ended', id: 7 },
      { ...free, missed, news: missedNews },
      ['let media go'],
    ],
    [
      'while the camera is asked for',
      taking,
      { kind: 'ring ended', id: 7 },
      { ...free, missed, news: missedNews },
      ['let media go'],
    ],
    [
      'nobody looks',
      ringing,
      { kind: 'time is over', id: 7 },
      { ...free, missed, news: missedNews },
      ['decline', 'let media go'],
    ],
    ['the end of an older ring', ringing, { kind: 'ring ended', id: 6 }, ringing, []],
    ['a ring that was taken ends', talking, { kind: 'ring ended', id: 7 }, talking, []],
    ['both call: the other was quicker', preparing, incoming, taking, [askWith('camera', 7)]],
    [
      'a third person calls first',
      preparing,
      fromCy,
      doing({ is: 'ringing', ring: cysRing }),
      ['let media go'],
    ],
    [
      'one rings after the other',
      ringing,
      fromCy,
      { ...doing({ is: 'ringing', ring: cysRing }), missed },
      ['let media go'],
    ],
    [
      'one rings while the camera for another is asked for',
      taking,
      fromCy,
      { ...doing({ is: 'ringing', ring: cysRing }), missed },
      ['let media go'],
    ],
  ])('%s', (_, phone, event, next, does) => {
    expect(shortly(phone, event)).toEqual({ next, does });
  });

  it('a program of another kind is declined, and written down', () => {
    const { next, does } = shortly(free, { kind: 'incoming', ring, isForeign: true });
    expect(does).toEqual(['decline']);
    expect(next).toMatchObject({ doing: { is: 'free' }, missed });
    expect(next).toHaveProperty('news.text', words.foreign('bob'));
  });

  it('the last ten missed calls stay', () => {
    let phone: Phone = free;
    for (let id = 1; id <= 12; id += 1) {
      phone = happen(phone, { kind: 'incoming', ring: { id, name: 'bob', at: id }, isForeign: false }).phone;
      phone = happen(phone, { kind: 'ring ended', id }).phone;
    }
    expect((phone as Online).missed.map(({ at }) => at)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  });
});

describe('talking', () => {
  const over = words.over('bob');
  const done = ['hang up', 'let media go'];

  it.each<[string, Phone, PhoneEvent, Phone, string[]]>([
    ['one hangs up', talking, { kind: 'hang up' }, freeWith(over), done],
    ['the other hangs up', talking, ended('other'), freeWith(words.hungUp('bob')), done],
    ['another window ends it', talking, ended('me'), freeWith(over), done],
    [
      'no path',
      talking,
      { ...ended('failed'), sentence: 'No path.' },
      freeWith(words.failed('bob', 'No path.'), 'bob'),
      done,
    ],
    ['the end of an older call', talking, { ...ended('other'), id: 2 }, talking, []],
    ['hanging up twice', free, { kind: 'hang up' }, free, []],
  ])('%s', (_, phone, event, next, does) => {
    expect(shortly(phone, event)).toEqual({ next, does });
  });
});

function notTaken(reason: 'not-online' | 'busy' | 'declined' | 'refused', id = 3): PhoneEvent {
  return { kind: 'not taken', id, reason, sentence: serversOwn };
}

function ended(how: 'me' | 'other' | 'failed') {
  return { kind: 'call over', id: 3, how } as const;
}
