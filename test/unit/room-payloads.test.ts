// What nodes send each other about rooms: read in both formats, and written for a node of the release before.
import { describe, expect, it } from 'vitest';
import type { StateChange } from '../../server/kernel/claim.js';
import { roomPayloadCodec, type RoomPayload } from '../../server/rooms/room-record.js';
import type { RoomView } from '../../server/rooms/room-view.js';
import type { PeerId } from '../../server/rooms/room.js';

const ann = 'ann@one~2' as PeerId;
const bob = 'bob@two' as PeerId;
const waiting: RoomView = { peer: ann, tenancy: 7, role: 'initiator', channel: 'red', phase: 'waiting' };
const paired: RoomView = {
  ...waiting,
  phase: 'paired',
  other: { id: bob, tenancy: 9, me: 'b', presence: 'here' },
};

function change(...views: StateChange<RoomView>['views']): StateChange<RoomView> {
  return { kind: 'state', key: 'red', version: 9, views };
}

describe('the format of this release', () => {
  const payloads: RoomPayload[] = [
    change(waiting, paired),
    { ...change({ lost: 'taken-over' }), due: [['red', 1500]] },
    { kind: 'signal', from: bob, event: 'message', value: { any: ['JSON'] } },
    { kind: 'signal', from: bob, event: 'response', value: null, meta: { seq: 1, from: 'b', to: 'a' } },
    { kind: 'receipt', from: bob, receipt: { channel: 'red', upTo: 3, from: 'b', to: 'a' } },
  ];

  it.each(payloads)('%j is read as it was written', (payload) => {
    expect(roomPayloadCodec.parse(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
  });

  it.each([
    null,
    'state',
    {},
    { kind: 'dance' },
    { ...change(), views: [] },
    { ...change(paired), version: -1 },
    { ...change(paired), views: [{ ...paired, role: 'third' }] },
    { kind: 'signal', from: bob, event: 'Bye', value: 1 },
    { kind: 'signal', from: bob, event: 'message' },
    { kind: 'receipt', from: bob, receipt: { channel: 'red' } },
  ])('%j is malformed', (value) => {
    expect(roomPayloadCodec.parse(value)).toBeUndefined();
  });
});

describe('a node of the release before', () => {
  it('is sent a change as a notice without events: it makes them up from the view', () => {
    expect(roomPayloadCodec.toFormatOne({ ...change(waiting, paired), due: [['red', 1500]] })).toEqual({
      kind: 'notice',
      channel: 'red',
      notices: [],
      version: 9,
      before: paired,
      view: paired,
      dueInMs: 1500,
    });
  });

  it('is sent "taken-over" as an event: from the view alone it would let its client come back', () => {
    expect(roomPayloadCodec.toFormatOne(change(paired, { lost: 'taken-over' }))).toMatchObject({
      notices: [{ events: [['taken-over']], link: null, ends: true }],
      before: paired,
      view: null,
    });
  });

  it('is sent any other loss as a view without a seat: its client comes back', () => {
    expect(roomPayloadCodec.toFormatOne(change(paired, { lost: 'unknown' }))).toMatchObject({
      notices: [],
      before: null,
      view: null,
    });
  });

  it.each<RoomPayload>([
    { kind: 'signal', from: bob, event: 'message', value: 1 },
    { kind: 'receipt', from: bob, receipt: { channel: 'red', upTo: 3, from: 'b', to: 'a' } },
  ])('is sent %j as it is, and sends it so', (relay) => {
    expect(roomPayloadCodec.toFormatOne(relay)).toEqual(relay);
    expect(roomPayloadCodec.fromFormatOne(relay)).toEqual(relay);
  });

  it('sends notices, of which the view and the version count', () => {
    const { tenancy: _none, ...seat } = waiting;
    const view = { ...seat, phase: 'paired', other: { id: bob, presence: 'here' } };
    const notices = [{ to: ann, events: [['remotePeerJoining', 'red']], link: bob }];
    const notice = { kind: 'notice', channel: 'red', notices, version: 8, before: seat, view, dueInMs: 500 };
    expect(roomPayloadCodec.fromFormatOne(notice)).toEqual({
      kind: 'state',
      key: 'red',
      version: 8,
      views: [view],
      due: [['red', 500]],
    });
  });

  it.each([
    [[['taken-over']], 'taken-over'],
    [[], 'unknown'],
  ])('sends a lost seat with the events %j: %s', (events, lost) => {
    const notices = [{ to: ann, events, link: null }];
    const notice = { kind: 'notice', channel: 'red', notices, version: 8, before: waiting, view: null };
    expect(roomPayloadCodec.fromFormatOne(notice)).toMatchObject({ views: [{ lost }] });
  });

  it('sends nothing else that is read', () => {
    expect(roomPayloadCodec.fromFormatOne({ kind: 'notice', channel: 'red' })).toBeUndefined();
    expect(roomPayloadCodec.fromFormatOne(change(paired))).toBeUndefined();
  });
});
