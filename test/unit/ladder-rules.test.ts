// How events come together as rows: gathered, replaced, marked, bounded.
import { describe, expect, it } from 'vitest';
import { arrowShapes } from '../../client/pages/ladder/arrow-shapes.js';
import { hearEvent, emptyLadder, maxRows } from '../../client/pages/ladder/ladder-rules.js';
import type { Step } from '../../client/pages/ladder/ladder-row.js';
import { got, hearAll, sayAll, sent, type Told } from '../support/ladder-traces.js';

const receipt: Told = ['in', 'received', { upTo: 1 }];

describe('housekeeping', () => {
  it('that repeats shares a row, with the first time and the last', () => {
    const ladder = hearAll([
      ['out', 'check'],
      ['out', 'check'],
      ['out', 'check'],
    ]);
    expect(sayAll(ladder)).toEqual(['You to the server: check: is the server there? ×3']);
    expect(ladder.rows).toMatchObject([{ id: 0, atMs: 0, lastAtMs: 20 }]);
  });

  it('that asks and is answered shares two, and shows the last answer', () => {
    const list = (...names: string[]): Told => ['in', 'users', { users: names.map((name) => ({ name })) }];
    const ladder = hearAll([['out', 'users'], list(), ['out', 'users'], list('bob')]);
    expect(sayAll(ladder)).toEqual([
      'You to the server: users: who is there? ×2',
      'The server to you: users: bob ×2',
    ]);
  });

  it('of a server that cannot be reached stays short', () => {
    const round: Told[] = [
      ['here', 'connecting'],
      ['here', 'lost', 'error'],
      ['here', 'waiting', 1000],
    ];
    const ladder = hearAll([['here', 'lost', 'closed'], ...Array.from({ length: 100 }, () => round).flat()]);
    expect(sayAll(ladder)).toEqual([
      'Your side: lost: closed',
      'Your side: connecting: to the server ×100',
      'Your side: lost: error ×100',
      ...sayAll(hearAll([['here', 'waiting', 1000]])).map((waiting) => `${waiting} ×100`),
    ]);
  });

  it('begins a new row when something else has happened', () => {
    const ladder = hearAll([['out', 'check'], got(1, 'Hello'), ['out', 'check']]);
    expect(ladder.rows.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('of the two directions stays apart', () => {
    expect(hearAll([receipt, ['out', 'received', { upTo: 1 }]]).rows).toHaveLength(2);
  });
});

describe('what is sent again', () => {
  it('is marked, and takes the place of the note that said so', () => {
    const ladder = hearAll([sent(1, 'Hello'), ['here', 'again', 1], sent(1, 'Hello')]);
    expect(sayAll(ladder)).toEqual([
      'You to the other: message: “Hello”',
      'You to the other: message: “Hello” [sent again]',
    ]);
    expect(ladder.rows.map(({ id }) => id)).toEqual([0, 1]);
  });

  it('is announced only, while there is no connection', () => {
    expect(
      sayAll(
        hearAll([
          ['here', 'again', 1],
          ['here', 'connecting'],
        ]),
      ),
    ).toEqual([
      'Your side: again: message 1 has to go out once more',
      'Your side: connecting: to the server',
    ]);
  });

  it('is marked when it is the other who does so', () => {
    const ladder = hearAll([got(1, 'a'), got(2, 'b'), got(1, 'a'), got(2, 'b'), got(3, 'c')]);
    expect(ladder.rows.map(({ mark }) => mark)).toEqual([undefined, undefined, 'again', 'again', undefined]);
  });

  it('is not what somebody else says with the same number', () => {
    const cy: Told = ['in', 'message', 'a', { seq: 1, from: 'cy', to: 'ann' }];
    expect(hearAll([got(1, 'a'), cy]).rows.map(({ mark }) => mark)).toEqual([undefined, undefined]);
  });
});

describe('alone', () => {
  it('what one says ends at the server', () => {
    const alone: Told = ['in', 'create or join', { status: 'created', peer: null }];
    const bye: Told = ['out', 'Bye', 'room-42'];
    const last = (...told: Told[]) => sayAll(hearAll([...told, bye])).at(-1);
    const toServer = 'You to the server: Bye: ends the conversation (nobody is there)';
    const toOther = 'You to the other: Bye: ends the conversation';
    expect(last(alone)).toBe(toServer);
    expect(last(alone, ['in', 'ready', 'room-42', {}])).toBe(toOther);
    expect(last(alone, ['in', 'ready', 'room-42', {}], ['in', 'peer away'])).toBe(toServer);
    expect(last(['in', 'create or join', { status: 'joined', peer: { presence: 'here' } }])).toBe(toOther);
  });
});

describe('the list', () => {
  it('keeps the last 500 rows, and says how many have gone', () => {
    const ladder = hearAll(Array.from({ length: maxRows + 7 }, (_, index) => got(index + 1, index)));
    expect(ladder.rows).toHaveLength(maxRows);
    expect(ladder.gone).toBe(7);
    expect([ladder.rows[0]?.id, ladder.rows.at(-1)?.id]).toEqual([7, maxRows + 6]);
    expect(ladder.rows[0]?.atMs).toBe(70);
  });

  it('counts the time from the first event', () => {
    const ladder = hearEvent(emptyLadder, { at: 123.4, direction: 'here', event: 'connecting', args: [] });
    const later = hearEvent(ladder, { at: 623.9, direction: 'here', event: 'connected', args: ['created'] });
    expect(later.rows.map(({ atMs }) => atMs)).toEqual([0, 500.5]);
  });
});

describe('the drawing', () => {
  const lanes = { you: 0, server: 100, other: 200 };
  const plain: Step = { from: 'you', to: 'other', kind: 'message', words: '' };
  const tags = (step: Partial<Step>) => arrowShapes({ ...plain, ...step }, lanes, 10).map(({ tag }) => tag);

  it('tells by its shape what is special, not by colour', () => {
    expect(tags({})).toEqual(['line', 'circle', 'path']);
    expect(tags({ to: 'server' })).toEqual(['line', 'path']);
    expect(tags({ mark: 'again' })).toEqual(['line', 'line', 'circle', 'path']);
    expect(tags({ mark: 'resumed' })).toEqual(['line', 'circle', 'circle', 'path']);
    expect(tags({ to: 'you' })).toEqual(['path']);
    const drawings = [
      {},
      { mark: 'refused' },
      { isThin: true },
      { to: 'you' },
      { to: 'you', mark: 'broken' },
    ] as const;
    const distinct = new Set(
      drawings.map((step) => JSON.stringify(arrowShapes({ ...plain, ...step }, lanes, 10))),
    );
    expect(distinct.size).toBe(drawings.length);
  });

  it('points to whom it goes', () => {
    const [, , head] = arrowShapes({ ...plain, from: 'other', to: 'you' }, lanes, 10);
    expect(head?.attributes['d']).toBe('M 8 6 L 0 10 L 8 14 Z');
  });
});
