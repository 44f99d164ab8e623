// What makes up for lost news: every pair of how a room was told and how it stands now.
import { describe, expect, it } from 'vitest';
import { hearNews, toldNothing, type Told } from '../../server/rooms/news-rules.js';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import { differenceOf } from '../../server/rooms/resync-rules.js';
import type { RoomNews } from '../../server/rooms/room-parcel.js';
import { viewOf, type OtherView, type RoomView } from '../../server/rooms/room-view.js';
import { arrival } from '../support/entering.js';
import { ann, away, bob, here, paired, peerId, tells, waiting } from '../support/seats.js';

const peer = peerId('ann');
const other = (extras: Partial<OtherView> = {}): OtherView => ({
  id: peerId('bob'),
  me: 'ib',
  presence: 'here',
  ...extras,
});
const seat = (role: 'initiator' | 'joiner') => ({ peer, role, channel: 'Test' });
const alone = (role: 'initiator' | 'joiner'): RoomView => ({ ...seat(role), phase: 'waiting' });
const withOther = (role: 'initiator' | 'joiner', extras?: Partial<OtherView>): RoomView => ({
  ...seat(role),
  phase: 'paired',
  other: other(extras),
});
const parting = (role: 'initiator' | 'joiner'): RoomView => ({ ...seat(role), phase: 'parting' });

const views = {
  'no seat': null,
  'initiator alone': alone('initiator'),
  'initiator with bob': withOther('initiator'),
  'initiator, bob away': withOther('initiator', { presence: 'away' }),
  'initiator, bob on another line': withOther('initiator', { id: peerId('bob-2') }),
  'initiator with cy': withOther('initiator', { id: peerId('cy'), me: 'ic' }),
  'joiner, nobody met': alone('joiner'),
  'joiner with bob': withOther('joiner'),
  'joiner, bob away': withOther('joiner', { presence: 'away' }),
  'joiner, bob unmet': withOther('joiner', { presence: 'away', isUnmet: true }),
  'joiner, bob reloaded': withOther('joiner', { id: peerId('bob-2'), me: 'ib-2' }),
  'initiator, Bye said': parting('initiator'),
  'joiner, Bye said': parting('joiner'),
} satisfies Record<string, RoomView>;

type Name = keyof typeof views;

const names = Object.keys(views) as Name[];
const gone = ['peer gone', 'bye'];
const promoted = ['peer gone', 'created', 'bye'];
const came = ['remotePeerJoining', 'join', 'broadcast: joined', 'ready'];
const closed = ['(closed)'];
const back = ['peer back'];
const away_ = ['peer away'];
const bye = ['Bye'];
const met = ['ready'];
const x = closed;

/** Row by row what was told, column by column how it stands now, both in the order above. */
const table: string[][][] = [
  [[], [], [], [], [], [], [], [], [], [], [], [], []],
  [x, [], came, [...came, ...away_], came, came, x, x, x, x, x, bye, x],
  [x, gone, [], away_, back, [...gone, ...came], x, x, x, x, x, bye, x],
  [x, gone, back, [], back, [...gone, ...came], x, x, x, x, x, bye, x],
  [x, gone, back, away_, [], [...gone, ...came], x, x, x, x, x, bye, x],
  [x, gone, [...gone, ...came], [...gone, ...came, ...away_], [...gone, ...came], [], x, x, x, x, x, bye, x],
  [
    x,
    promoted,
    [...promoted, ...came],
    [...promoted, ...came, ...away_],
    [...promoted, ...came],
    [...promoted, ...came],
    [],
    met,
    [],
    [],
    met,
    bye,
    bye,
  ],
  [
    x,
    promoted,
    [...promoted, ...came],
    [...promoted, ...came, ...away_],
    [...promoted, ...came],
    [...promoted, ...came],
    gone,
    [],
    away_,
    away_,
    back,
    bye,
    bye,
  ],
  [
    x,
    promoted,
    [...promoted, ...came],
    [...promoted, ...came, ...away_],
    [...promoted, ...came],
    [...promoted, ...came],
    gone,
    back,
    [],
    [],
    back,
    bye,
    bye,
  ],
  [
    x,
    promoted,
    [...promoted, ...came],
    [...promoted, ...came, ...away_],
    [...promoted, ...came],
    [...promoted, ...came],
    gone,
    [...back, ...met],
    [],
    [],
    [...back, ...met],
    bye,
    bye,
  ],
  [
    x,
    promoted,
    [...promoted, ...came],
    [...promoted, ...came, ...away_],
    [...promoted, ...came],
    [...promoted, ...came],
    gone,
    back,
    away_,
    away_,
    [],
    bye,
    bye,
  ],
  [x, x, x, x, x, x, x, x, x, x, x, [], x],
  [x, x, x, x, x, x, x, x, x, x, x, [], []],
];

const pairs = names.flatMap((told, row) =>
  names.map((now, column) => ({ told, now, hears: table[row]?.[column] ?? ['(nothing in the table)'] })),
);

it.each(pairs)('[R31] told "$told", now "$now": $hears', ({ told, now, hears }) => {
  const difference = differenceOf(views[told], views[now]);
  expect([...difference.events.map(([event]) => event), ...(difference.closes ? closed : [])]).toEqual(hears);
  expect(difference.awaitsAck ?? false).toBe(hears === bye);
});

it('[R31] the events say who came, and what one is oneself', () => {
  const difference = differenceOf(views['joiner with bob'], views['initiator with cy']);
  expect(difference.events).toEqual([
    ['peer gone'],
    ['created', 'Test', 'ann'],
    ['bye', 'Test'],
    ...arrival('cy', { me: 'ic' }),
  ]);
});

it('[R31] two who give no incarnation are two, not one who is back', () => {
  const pairedWith = (id: string): RoomView => ({
    ...seat('initiator'),
    phase: 'paired',
    other: { id: peerId(id), presence: 'here' },
  });
  const { events } = differenceOf(pairedWith('bob'), pairedWith('cy'));
  expect(events.map(([event]) => event)).toEqual([...gone, ...came]);
});

it('a view is made of the room: own seat, other, whether they have met', () => {
  const room = paired(away('bob', 1, { me: 'ib', isUnmet: true }), here('ann', { channel: 'TEST' }));
  expect(viewOf(room, peer)).toEqual({
    peer,
    role: 'joiner',
    channel: 'TEST',
    phase: 'paired',
    other: { id: 'bob', me: 'ib', presence: 'away', isUnmet: true },
  });
  expect(viewOf(waiting(ann), peer)).toEqual({ peer, role: 'initiator', channel: 'Test', phase: 'waiting' });
  expect(viewOf(waiting(bob), peer)).toBeNull();
});

describe('news', () => {
  const channel = 'Test' as ChannelName;
  const news = (
    version: number,
    before: RoomView,
    view: RoomView,
    notices: RoomNews['notices'],
  ): RoomNews => ({
    kind: 'notice',
    channel,
    version,
    before,
    view,
    notices,
  });
  const told: Told = { version: 5, view: alone('initiator') };
  const arrives = tells('ann', arrival('bob', { me: 'ib' }), { link: peerId('bob') });

  it('[R31] that are old are dropped', () => {
    expect(hearNews(told, news(5, alone('initiator'), withOther('initiator'), [arrives]))).toBeUndefined();
    expect(hearNews(told, news(4, null, alone('initiator'), []))).toBeUndefined();
  });

  it('[R31] that fit what was told are heard as they are', () => {
    expect(hearNews(told, news(6, alone('initiator'), withOther('initiator'), [arrives]))).toEqual({
      told: { version: 6, view: withOther('initiator') },
      steps: [arrives],
    });
  });

  it('[R31] that come after others were lost are preceded by what was missed', () => {
    const leaves = tells('ann', [['peer gone'], ['bye', 'Test']], { link: null });
    const heard = hearNews(told, news(7, withOther('initiator'), alone('initiator'), [leaves]));
    expect(heard?.steps).toEqual([{ events: arrives.events, link: peerId('bob') }, leaves]);
  });

  it('[R33] that tell of a seat which is lost close the connection, and nothing else is told', () => {
    const heard = hearNews(told, news(7, null, null, [arrives]));
    expect(heard).toEqual({
      told: { version: 7, view: null },
      steps: [{ events: [], closes: true, link: null }],
    });
  });

  it('[R31] that answer a request which had been lost tell also what happened since', () => {
    const answer = tells('ann', [['joined', 'Test', 'ann']]);
    const heard = hearNews(toldNothing, news(7, withOther('joiner'), withOther('joiner'), [answer]));
    expect(heard?.steps).toEqual([
      answer,
      { events: [['ready', 'Test', { me: 'ib' }]], link: peerId('bob') },
    ]);
  });

  it('[R31] of how a room stands change nothing for one who has no seat', () => {
    expect(hearNews(toldNothing, news(7, null, null, []))).toBeUndefined();
  });
});
