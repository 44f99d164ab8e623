// The rules of the page /call as tables: in this state, when this happens, this is next, and this is done.
import { describe, expect, it } from 'vitest';
import { begin, happen } from '../../client/pages/call/call-page-rules.js';
import type { CallPage, CallPageEvent, Deed } from '../../client/pages/call/call-page-states.js';
import { badName } from '../../client/pages/call/channel-name.js';
import { callSays } from '../support/call-says.js';

const naming: CallPage = { phase: 'naming', draft: '', problem: '' };
const ready: CallPage = { phase: 'ready', channel: 'red' };
const joining: CallPage = { phase: 'joining', channel: 'red', isReturn: false, isUnreachable: false };
const refused: CallPage = { phase: 'refused', channel: 'red', sentence: 'No.', mayRetry: true };
const inside: CallPage = { phase: 'inside', channel: 'red', isAlone: true };
const over: CallPage = { phase: 'over', channel: 'red', sentence: '', mayCallAgain: true };

const inLine: CallPage = { ...joining, line: { freeInMs: 900 } };

const states = { naming, ready, joining, inLine, refused, inside, over };
type StateName = keyof typeof states;
const names = Object.keys(states) as StateName[];

const tooLong = 'x'.repeat(129);

/** Deeds in short: `address blue`, `leave`, `forget`. */
function shortly(deeds: readonly Deed[]): string[] {
  return deeds.map((deed) => {
    if (!('channel' in deed)) return deed.do;
    if (deed.channel !== '') return `${deed.do} ${deed.channel}`;
    return deed.do === 'remember' ? 'forget' : 'no address';
  });
}

describe('a page that opens', () => {
  it.each<[what: string, name: string, wasIn: string, page: CallPage, does: string[]]>([
    ['without a name asks for one', '', '', naming, []],
    ['without a name asks for one, also after a reload', '', 'red', naming, []],
    ['with a name gets ready', 'red', '', ready, ['address red', 'ask for media']],
    ['with another name than before gets ready', 'red', 'blue', ready, ['address red', 'ask for media']],
    [
      'in the channel in which its tab was goes straight back',
      'red',
      'red',
      { ...joining, isReturn: true },
      ['ask for media', 'remember red', 'enter red'],
    ],
    [
      'with a name that cannot be used says so',
      tooLong,
      tooLong,
      { ...naming, draft: tooLong, problem: badName },
      [],
    ],
  ])('%s', (_, name, wasIn, page, does) => {
    const step = begin(name, wasIn);
    expect({ page: step.page, does: shortly(step.deeds) }).toEqual({ page, does });
  });

  it('means the same name, however it was typed', () => {
    const decomposed = 'Zoe\u0308';
    const step = begin(` ${decomposed} `, 'Zo\u00eb');
    expect(step.page).toEqual({ ...joining, channel: 'Zo\u00eb', isReturn: true });
  });
});

type Row = [state: StateName, event: CallPageEvent, next: CallPage, does: string[]];

const left = ['leave', 'release media', 'forget'];
const anew = ['release media', 'clear', 'no address'];

const rows: Row[] = [
  // Choosing a name.
  ['naming', { kind: 'named', name: ' red ' }, ready, ['address red', 'ask for media']],
  ['naming', { kind: 'named', name: 'a\u0000' }, { ...naming, draft: 'a\u0000', problem: badName }, []],
  ['naming', { kind: 'address', name: 'red' }, ready, ['clear', 'address red', 'ask for media']],
  // Another name in the address.
  ['ready', { kind: 'address', name: '' }, naming, ['release media', 'clear']],
  [
    'ready',
    { kind: 'address', name: 'blue' },
    { ...ready, channel: 'blue' },
    ['clear', 'address blue', 'ask for media'],
  ],
  [
    'over',
    { kind: 'address', name: 'blue' },
    { ...ready, channel: 'blue' },
    ['clear', 'address blue', 'ask for media'],
  ],
  [
    'refused',
    { kind: 'address', name: tooLong },
    { ...naming, draft: tooLong, problem: badName },
    ['release media', 'clear'],
  ],
  ['inside', { kind: 'address', name: 'blue' }, inside, ['address red']],
  ['joining', { kind: 'address', name: '' }, joining, ['address red']],
  // On the way in.
  ['ready', { kind: 'join' }, joining, ['remember red', 'enter red']],
  ['joining', { kind: 'lost' }, { ...joining, isUnreachable: true }, []],
  ['joining', { kind: 'cancel' }, ready, ['leave', 'forget']],
  ['joining', { kind: 'opened' }, inside, []],
  ['joining', { kind: 'full', line: { freeInMs: 900 } }, { ...joining, line: { freeInMs: 900 } }, []],
  ['inLine', { kind: 'lost' }, { ...joining, isUnreachable: true }, []],
  ['inLine', { kind: 'opened' }, inside, []],
  ['inLine', { kind: 'cancel' }, ready, ['leave', 'forget']],
  ['ready', { kind: 'full', line: { freeInMs: undefined } }, ready, []],
  ['joining', { kind: 'not opened', why: 'unreachable', sentence: 'No.' }, refused, ['forget']],
  ['joining', { kind: 'not opened', why: 'other', sentence: 'No.' }, refused, ['forget']],
  [
    'joining',
    { kind: 'not opened', why: 'bad-name', sentence: 'No.' },
    { ...refused, mayRetry: false },
    ['forget'],
  ],
  [
    'joining',
    { kind: 'not opened', why: 'ended', sentence: 'Bye.' },
    { ...over, sentence: callSays.otherHungUp },
    ['release media', 'forget'],
  ],
  [
    'joining',
    { kind: 'not opened', why: 'taken-over', sentence: 'Elsewhere.' },
    { ...over, sentence: 'Elsewhere.', mayCallAgain: false },
    ['release media', 'forget'],
  ],
  ['refused', { kind: 'try again' }, joining, ['remember red', 'enter red']],
  ['refused', { kind: 'other name' }, naming, anew],
  // Inside, and the end.
  ['inside', { kind: 'company', isAlone: false }, { ...inside, isAlone: false }, []],
  ['inside', { kind: 'hang up' }, over, left],
  ['inside', { kind: 'call over', isTakenOver: false }, over, left],
  ['inside', { kind: 'call over', isTakenOver: true }, { ...over, mayCallAgain: false }, left],
  ['over', { kind: 'call again' }, joining, ['clear', 'ask for media', 'remember red', 'enter red']],
  ['over', { kind: 'new call' }, naming, anew],
  // Back from the back-forward cache.
  ['inside', { kind: 'revived' }, inside, ['reload']],
  ['joining', { kind: 'revived' }, joining, ['reload']],
  ['ready', { kind: 'revived' }, ready, ['ask for media']],
  ['refused', { kind: 'revived' }, refused, ['ask for media']],
];

describe('the rules of the page', () => {
  it.each(rows)('%s, %j', (state, event, page, does) => {
    const step = happen(states[state], event);
    expect({ page: step.page, does: shortly(step.deeds) }).toEqual({ page, does });
  });

  it('change nothing at anything else', () => {
    const told = new Set(rows.map(([state, { kind }]) => `${state} ${kind}`));
    const events: CallPageEvent[] = [
      { kind: 'named', name: 'blue' },
      { kind: 'address', name: 'red' },
      { kind: 'join' },
      { kind: 'cancel' },
      { kind: 'hang up' },
      { kind: 'try again' },
      { kind: 'call again' },
      { kind: 'lost' },
      { kind: 'opened' },
      { kind: 'not opened', why: 'other', sentence: 'No.' },
      { kind: 'company', isAlone: false },
      { kind: 'call over', isTakenOver: false },
      { kind: 'revived' },
    ];
    // In line, the same happens as on the way in.
    for (const state of names.filter((name) => name !== 'inLine')) {
      for (const event of events.filter(({ kind }) => !told.has(`${state} ${kind}`))) {
        expect(happen(states[state], event)).toEqual({ page: states[state], deeds: [] });
      }
    }
  });

  it('the same name in the address, written otherwise, is no other name', () => {
    const umlaut: CallPage = { phase: 'inside', channel: '\u00fc', isAlone: false };
    expect(happen(umlaut, { kind: 'address', name: 'u\u0308' })).toEqual({ page: umlaut, deeds: [] });
  });

  it('nothing is sent and no channel is opened before somebody presses Join', () => {
    const steps = [begin('red', ''), happen(naming, { kind: 'named', name: 'red' })];
    for (const { deeds } of steps) expect(deeds.map((deed) => deed.do)).not.toContain('enter');
  });

  it('whatever ends a call puts the camera out', () => {
    const ends: CallPageEvent[] = [{ kind: 'hang up' }, { kind: 'call over', isTakenOver: true }];
    for (const event of ends) expect(shortly(happen(inside, event).deeds)).toContain('release media');
  });
});
