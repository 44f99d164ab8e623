// What a client is told on the way from one view of its room to another: every pair of them, as after messages that
// were lost.
import { describe, expect, it } from 'vitest';
import type { Lost } from '../../server/kernel/claim.js';
import {
  eventsBetween,
  linkOf,
  viewOf,
  type OtherView,
  type RoomView,
} from '../../server/rooms/room-view.js';
import type { Role } from '../../server/protocol/room-events.js';
import { arrival } from '../support/entering.js';
import { openSession } from '../support/open-session.js';
import { ann, annRemains, away, bob, graceEnd, here, paired, peerId, waiting } from '../support/seats.js';

const key = 'Test';
const peer = peerId('ann');
const other = (extras: Partial<OtherView> = {}): OtherView => ({
  id: peerId('bob'),
  me: 'ib',
  presence: 'here',
  ...extras,
});
const seat = (role: Role) => ({ peer, role, channel: 'Test' });
const alone = (role: Role): RoomView => ({ ...seat(role), phase: 'waiting' });
const withOther = (role: Role, extras?: Partial<OtherView>): RoomView => ({
  ...seat(role),
  phase: 'paired',
  other: other(extras),
});
const parting = (role: Role): RoomView => ({ ...seat(role), phase: 'parting' });

const views = {
  'no seat': null,
  'initiator alone': alone('initiator'),
  'initiator with bob': withOther('initiator'),
  'initiator, bob away': withOther('initiator', { presence: 'away' }),
  'initiator, bob on another connection': withOther('initiator', { id: peerId('bob-2') }),
  'initiator with cy': withOther('initiator', { id: peerId('cy'), me: 'ic' }),
  'joiner with bob': withOther('joiner'),
  'joiner, bob away': withOther('joiner', { presence: 'away' }),
  'joiner, bob unmet': withOther('joiner', { presence: 'away', isUnmet: true }),
  'joiner, bob reloaded': withOther('joiner', { id: peerId('bob-2'), me: 'ib-2' }),
  'initiator, Bye said': parting('initiator'),
  'joiner, Bye said': parting('joiner'),
} satisfies Record<string, RoomView | null>;

type Name = keyof typeof views;

const names = Object.keys(views) as Name[];
const gone = ['peer gone', 'bye'];
const promoted = ['peer gone', 'created', 'bye'];
const came = ['remotePeerJoining', 'join', 'broadcast: joined', 'ready'];
const cameAndLeft = [...came, 'peer away'];
const closed = ['(closed)'];
const back = ['peer back'];
const left = ['peer away'];
const bye = ['Bye'];
const met = ['ready'];
const x = closed;
const asInitiator = [
  promoted,
  [...promoted, ...came],
  [...promoted, ...cameAndLeft],
  [...promoted, ...came],
  [...promoted, ...came],
];

/** Row by row what was told, column by column how it stands now, both in the order above. */
const table: string[][][] = [
  [[], [], [], [], [], [], [], [], [], [], [], []],
  [x, [], came, cameAndLeft, came, came, x, x, x, x, bye, x],
  [x, gone, [], left, back, [...gone, ...came], x, x, x, x, bye, x],
  [x, gone, back, [], back, [...gone, ...came], x, x, x, x, bye, x],
  [x, gone, back, left, [], [...gone, ...came], x, x, x, x, bye, x],
  [x, gone, [...gone, ...came], [...gone, ...cameAndLeft], [...gone, ...came], [], x, x, x, x, bye, x],
  [x, ...asInitiator, [], left, left, back, bye, bye],
  [x, ...asInitiator, back, [], [], back, bye, bye],
  [x, ...asInitiator, [...back, ...met], [], [], [...back, ...met], bye, bye],
  [x, ...asInitiator, back, left, left, [], bye, bye],
  [x, x, x, x, x, x, x, x, x, x, [], x],
  [x, x, x, x, x, x, x, x, x, x, [], []],
];

/** Of a seat that was granted, and of which the client has been told nothing. */
const whenGranted: string[][] = [
  x,
  ['created'],
  ['created', ...came],
  ['created', ...cameAndLeft],
  ['created', ...came],
  ['created', ...came],
  ['joined', ...met],
  ['joined'],
  ['joined'],
  ['joined', ...met],
  ['created', ...bye],
  ['joined', ...bye],
];

const missing = ['(not in the table)'];
const pairs = names.flatMap((told, row) =>
  names.map((now, column) => ({ told, now, hears: table[row]?.[column] ?? missing })),
);

describe.each([
  ['with tenancies', { bob: 5, 'bob-2': 5, cy: 6 }],
  ['as a node of the release before writes it', {}],
] as const)('%s', (_what, tenancies: Partial<Record<string, number>>) => {
  it.each(pairs)('[R31] told "$told", now "$now": $hears', ({ told, now, hears }) => {
    const [before, after] = [views[told], views[now]];
    const unknownHolds: string[] = [];
    const scene = openSession('ann', { onUnknownHold: (channel) => unknownHolds.push(channel) });
    if (before) scene.sit(key, withTenancies(before, 1), 5);
    const wasAwaitingAck = scene.awaitsAck;
    const view: RoomView | Lost = after
      ? withTenancies(after, before && isAnotherSeat(before, after) ? 2 : 1)
      : { lost: 'unknown' };
    scene.session.receive({ kind: 'state', key, version: 6, views: [view] });
    expect([...scene.heard.map(([event]) => event), ...(scene.closed ? closed : [])]).toEqual(hears);
    expect(scene.closed).toBe(hears === closed ? 'for reconnect' : undefined);
    expect(scene.awaitsAck && !wasAwaitingAck).toBe(hears === bye);
    expect(unknownHolds).toEqual(before === null && after ? [key] : []);
  });

  function withTenancies(view: RoomView, own: number): RoomView {
    if (view.phase !== 'paired') return { ...view, tenancy: own };
    const tenancy = tenancies[view.other.id];
    return { ...view, tenancy: own, other: { ...view.other, ...(tenancy !== undefined && { tenancy }) } };
  }
});

it.each(names.map((now, column) => ({ now, hears: whenGranted[column] ?? missing })))(
  '[R31] a seat was granted, now "$now": $hears',
  ({ now, hears }) => {
    const { session, heard } = openSession('ann');
    session.claim.ask(key);
    session.claim.grant();
    session.claim.settle();
    session.receive({ kind: 'state', key, version: 6, views: [views[now] ?? { lost: 'unknown' }] });
    expect(hears).toEqual(session.channel === undefined ? closed : heard.map(([event]) => event));
  },
);

/** Nobody becomes a joiner again, or returns from a Bye, without a new seat. */
function isAnotherSeat(before: RoomView, after: RoomView): boolean {
  const isDemoted = before.role === 'initiator' && after.role === 'joiner';
  return isDemoted || (before.phase === 'parting' && after.phase !== 'parting');
}

it('[R31] the events say who came, and what one is oneself', () => {
  expect(eventsBetween(views['joiner with bob'], views['initiator with cy'])).toEqual([
    ['peer gone'],
    ['created', 'Test', 'ann'],
    ['bye', 'Test'],
    ...arrival('cy', { me: 'ic' }),
  ]);
});

it('[R31] two without a client instance id are two, not one who is back', () => {
  const pairedWith = (id: string): RoomView => ({
    ...seat('initiator'),
    phase: 'paired',
    other: { id: peerId(id), presence: 'here' },
  });
  const events = eventsBetween(pairedWith('bob'), pairedWith('cy'));
  expect(events.map(([event]) => event)).toEqual([...gone, ...came]);
});

it('[R31] of two with the same client instance id the tenancy decides whether they are one', () => {
  const pairedWith = (tenancy: number, me: string): RoomView => withOther('initiator', { tenancy, me });
  const names_ = (one: RoomView, two: RoomView) => eventsBetween(one, two).map(([event]) => event);
  expect(names_(pairedWith(1, 'ib'), pairedWith(2, 'ib'))).toEqual([...gone, ...came]);
  expect(names_(pairedWith(1, 'ib'), pairedWith(1, 'ib-2'))).toEqual(back);
});

describe('a view', () => {
  it('is made of the room: own seat, other, whether they have met', () => {
    const room = paired(
      away('bob', 1, { me: 'ib', isUnmet: true, tenancy: 3 }),
      here('ann', { channel: 'TEST', tenancy: 4 }),
    );
    expect(viewOf(room, peer)).toEqual({
      peer,
      tenancy: 4,
      role: 'joiner',
      channel: 'TEST',
      phase: 'paired',
      other: { id: 'bob', tenancy: 3, me: 'ib', presence: 'away', isUnmet: true },
    });
    expect(viewOf(waiting(ann), peer)).toEqual({
      peer,
      role: 'initiator',
      channel: 'Test',
      phase: 'waiting',
    });
    expect(viewOf(annRemains(), peer)).toEqual({
      peer,
      role: 'initiator',
      channel: 'Test',
      phase: 'parting',
    });
    expect(viewOf(waiting(bob), peer)).toBeNull();
  });

  it('[R23] of an initiator that has not been told about its joiner is that it waits', () => {
    expect(viewOf(paired(away('ann', graceEnd, { isUnmet: true }), bob), peer)).toEqual(alone('initiator'));
  });

  it.each([
    ['initiator with bob', 'bob'],
    ['joiner with bob', 'bob'],
    ['initiator, bob away', null],
    ['initiator alone', null],
    ['joiner, Bye said', null],
  ] as const)('[R21] links to the other while it is here: %s', (name, link) => {
    expect(linkOf(views[name])).toBe(link);
  });
});
