// A room as a text in Redis, and parcels as other nodes write them: what is written is read, and junk is refused.
import { describe, expect, it } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import { parseRoomParcel } from '../../server/rooms/parse-room-parcel.js';
import {
  isSameState,
  keptMs,
  msToKeep,
  readRecord,
  stampSeats,
  writeRecord,
} from '../../server/rooms/room-record.js';
import { emptyRoom, type PeerId, type Room } from '../../server/rooms/room.js';
import {
  afterBye,
  ann,
  away,
  everyRoom,
  graceEnd,
  here,
  keptAnn,
  now,
  paired,
  peerId,
  waiting,
} from '../support/seats.js';

const noEpochs = new Map<PeerId, number>();
const full = here('__proto__@n', {
  me: 'i',
  attempt: 7,
  secrets: ['1', '2'],
  leavingAt: 5.5,
  channel: 'Tést\u{1f600}"',
});

describe('a record', () => {
  it.each(Object.entries({ ...everyRoom, 'with every field': waiting(full) }))(
    'is read as it was written: %s',
    (_name, room) => {
      const record = { version: 1_700_000_000_000_000, room, epochs: new Map([[full.peer, 3]]) };
      expect(readRecord(writeRecord(record))).toEqual(record);
    },
  );

  it('is an empty room where there is none', () => {
    expect(readRecord('')).toEqual({ version: 0, room: emptyRoom, epochs: noEpochs });
  });

  it('is the same text whatever the order in which a rule has put its fields', () => {
    const { peer, channel } = ann;
    const one: Room = { phase: 'waiting', initiator: { presence: 'here', channel, peer } };
    const other: Room = { initiator: { peer, channel, presence: 'here' }, phase: 'waiting' };
    const write = (room: Room): string => writeRecord({ version: 1, room, epochs: noEpochs });
    expect(write(one)).toBe(write(other));
    const record = { version: 1, room: one, epochs: noEpochs };
    expect(isSameState(record, { version: 2, room: other, epochs: noEpochs })).toBe(true);
    expect(isSameState(record, { version: 1, room: other, epochs: new Map([[ann.peer, 1]]) })).toBe(false);
  });

  const good = JSON.parse(writeRecord({ version: 1, room: paired(full, keptAnn), epochs: noEpochs })) as {
    room: { initiator: object };
  };
  const withSeat = (extras: object): unknown => ({
    ...good,
    room: { ...good.room, initiator: { ...good.room.initiator, ...extras } },
  });

  it.each([
    ['no JSON', 'x{'],
    ['a number', 5],
    ['a list', []],
    ['no version', { ...good, version: undefined }],
    ['a version that is a text', { ...good, version: '1' }],
    ['a version below 0', { ...good, version: -1 }],
    ['no room', { ...good, room: null }],
    ['another phase', { ...good, room: { phase: 'crowded' } }],
    ['epochs as fields', { ...good, epochs: {} }],
    ['an epoch that is a text', { ...good, epochs: [['ann', '1']] }],
    ['a seat without a peer', withSeat({ peer: undefined })],
    ['a seat that is nowhere', withSeat({ presence: 'there' })],
    ['one who is away for ever', withSeat({ presence: 'away' })],
    ['secrets that are none', withSeat({ secrets: 'a1' })],
    ['a secret that is a number', withSeat({ secrets: [1] })],
    ['half an attempt', withSeat({ attempt: 0.5 })],
    ['ended seats without a time', { ...good, room: { ...good.room, ended: [{ secrets: [] }] } }],
  ])('with %s is none, and the error does not say what is in it', (_fact, value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(() => readRecord(text)).toThrow(/^The record of a room cannot be read\.$/);
  });

  it('has the epoch of the one who writes beside its own seats, and keeps that of others', () => {
    const [one, two] = ['one', 'two'] as NodeId[];
    const peers = [addressOn(one, 'ann'), addressOn(two, 'bob')] as [PeerId, PeerId];
    const room = paired(here(peers[0]), here(peers[1]));
    const before = new Map([
      [peers[0], 1],
      [peers[1], 4],
      [peerId('gone'), 9],
    ]);
    expect([...stampSeats(room, before, one, 2)]).toEqual([
      [peers[0], 2],
      [peers[1], 4],
    ]);
    expect([...stampSeats(waiting(away(peers[0])), before, one, 2)]).toEqual([]);
  });

  it('is kept a day for somebody who is here, else until the last of it has run out', () => {
    expect(msToKeep(paired(ann, away('bob')), now)).toBe(keptMs.withSomebody);
    expect(msToKeep(waiting(away('ann')), now)).toBe(graceEnd - now + keptMs.afterTheLast);
    expect(msToKeep(afterBye(waiting(away('ann')), [['b1']], graceEnd + 5), now)).toBe(
      graceEnd + 5 - now + keptMs.afterTheLast,
    );
    expect(msToKeep(emptyRoom, now)).toBe(keptMs.afterTheLast);
    expect(msToKeep(waiting(away('ann', now - 60_000)), now)).toBe(keptMs.afterTheLast);
  });
});

describe('a parcel', () => {
  const seat = { peer: 'ann', role: 'initiator', channel: 'Test', phase: 'waiting' };
  const news = { kind: 'notice', channel: 'Test', version: 3, notices: [], before: null, view: seat };
  const notice = { to: 'ann', events: [['peer back', { me: 'ib' }]], link: 'bob' };
  const signal = { kind: 'signal', from: 'bob', event: 'message', value: { any: ['json', null] } };
  const receipt = { kind: 'receipt', from: 'bob', receipt: { channel: 'Test', upTo: 0, from: 'a', to: 'b' } };

  it.each([
    news,
    { ...news, notices: [notice, { to: 'ann', events: [], link: null, ends: true }], dueInMs: 12.5 },
    { ...news, view: { ...seat, phase: 'paired', other: { id: 'bob', presence: 'away', isUnmet: true } } },
    signal,
    { ...signal, value: null, meta: { seq: 1, from: 'a', to: 'b' } },
    receipt,
  ])('is read as it was written: %j', (parcel) => {
    expect(parseRoomParcel(JSON.parse(JSON.stringify(parcel)))).toEqual(parcel);
  });

  it.each([
    null,
    'signal',
    [],
    {},
    { ...news, version: '3' },
    { ...news, channel: 7 },
    { ...news, notices: [{ ...notice, events: ['peer back'] }] },
    { ...news, notices: [{ ...notice, events: [['disconnect']] }] },
    { ...news, view: { ...seat, phase: 'paired' } },
    { ...signal, event: 'Bye' },
    { ...signal, from: undefined },
    { ...signal, meta: { seq: 'one' } },
    { ...receipt, receipt: {} },
    { kind: 'look again' },
  ])('of another shape is none: %j', (parcel) => {
    expect(parseRoomParcel(parcel)).toBeUndefined();
  });
});
