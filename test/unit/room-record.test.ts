// A room as text in Redis, and every shape of a payload of this release: what is written is read, and what is malformed
// is refused. Payloads of the release before: room-payloads.
import { describe, expect, it } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import { heldRecordMs, type RecordTexts, type TextChange } from '../../server/kernel/record-scripts.js';
import { UnreadableRecord } from '../../server/kernel/record-store.js';
import { readRecordText, recordFormat, writeRecordText } from '../../server/kernel/record-text.js';
import { createRedisRecordStore } from '../../server/kernel/redis-record-store.js';
import { roomRecords } from '../../server/rooms/room-domain.js';
import { roomCodec, roomPayloadCodec } from '../../server/rooms/room-record.js';
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

type Epochs = ReadonlyMap<string, number>;

const key = 'Test';
const noEpochs: Epochs = new Map();
const full = here('__proto__@n', {
  me: 'i',
  attempt: 7,
  secrets: ['1', '2'],
  leavingAt: 5.5,
  channel: 'Tést\u{1f600}"',
  tenancy: 1_700_000_000_000_000,
});
const write = (state: Room, version = 1, epochs = noEpochs): string =>
  writeRecordText(roomCodec, { version, state, epochs });
const read = (text: string) => readRecordText(roomCodec, key, text);

describe('a record', () => {
  it.each(Object.entries({ ...everyRoom, 'with every field': waiting(full) }))(
    'is read as it was written: %s',
    (_name, state) => {
      const record = { version: 1_700_000_000_000_000, state, epochs: new Map([[full.peer, 3]]) };
      expect(read(writeRecordText(roomCodec, record))).toEqual(record);
    },
  );

  it('is none where there is no text', () => {
    expect(read('')).toBeUndefined();
  });

  it('is the same text whatever the order in which a rule has put its fields', () => {
    const { peer, channel } = ann;
    const one: Room = { phase: 'waiting', initiator: { presence: 'here', channel, peer } };
    const other: Room = { initiator: { peer, channel, presence: 'here' }, phase: 'waiting' };
    expect(write(one)).toBe(write(other));
  });

  const good = JSON.parse(write(paired(full, keptAnn))) as { format: number; room: { initiator: object } };
  const withSeat = (extras: object): unknown => ({
    ...good,
    room: { ...good.room, initiator: { ...good.room.initiator, ...extras } },
  });

  it('of the release before, without a format and without tenancies, is read', () => {
    const { format: _format, ...older } = good;
    expect(read(JSON.stringify(older))).toMatchObject({ version: 1, state: { phase: 'paired' } });
  });

  it.each([
    ['no JSON', 'x{'],
    ['a number', 5],
    ['a list', []],
    ['a newer format', { ...good, format: recordFormat + 1 }],
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
    ['one who is away since a text', withSeat({ presence: 'away', until: 1, silentSince: '1' })],
    ['secrets that are none', withSeat({ secrets: 'a1' })],
    ['a secret that is a number', withSeat({ secrets: [1] })],
    ['half an attempt', withSeat({ attempt: 0.5 })],
    ['a tenancy that is a text', withSeat({ tenancy: '1' })],
    ['ended seats without a time', { ...good, room: { ...good.room, ended: [{ secrets: [] }] } }],
    ['who has left, without a time', { ...good, room: { ...good.room, left: [{ me: 'ia', attempt: 1 }] } }],
  ])('with %s is none, and the error does not say what is in it', (_fact, value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(() => read(text)).toThrow(UnreadableRecord);
    expect(() => read(text)).toThrow(/^The record of "Test" cannot be parsed\.$/);
  });
});

describe('a record in a store', () => {
  const [one, two] = ['one', 'two'] as NodeId[];
  const annOnOne = addressOn(one, 'ann') as PeerId;
  const bobOnTwo = addressOn(two, 'bob') as PeerId;

  /** What a transaction of node one, in its epoch 2, writes when it does not change the room. */
  async function rewrite(room: Room, epochs = noEpochs, isFencing = true): Promise<TextChange | undefined> {
    const written: TextChange[] = [];
    const texts: RecordTexts = {
      read: () => Promise.resolve({ nowUs: now * 1000, texts: [write(room, 1, epochs)] }),
      replace(changes) {
        written.push(...changes);
        return Promise.resolve(undefined);
      },
      readForList: () => Promise.resolve({ nowUs: 0, texts: [] }),
      range: () => Promise.resolve([]),
    };
    const lease = { node: one, epoch: 2, stateOf: () => Promise.resolve({ isAlive: true } as const) };
    const store = createRedisRecordStore({ texts, type: roomRecords, codec: roomCodec, lease });
    // Another object of the same content.
    const change = (): { states: Map<string, Room>; outcome: undefined } => ({
      states: new Map([[key, structuredClone(room)]]),
      outcome: undefined,
    });
    await store.transact([key], change, { isFencing });
    return written[0];
  }

  it('has the epoch of the node that writes beside its own seats, and keeps that of others', async () => {
    const before = new Map([
      [annOnOne, 1],
      [bobOnTwo, 4],
      [peerId('gone'), 9],
    ]);
    const both = await rewrite(paired(here(annOnOne), here(bobOnTwo)), before);
    expect([...(read(both?.after ?? '')?.epochs ?? [])]).toEqual([
      [annOnOne, 2],
      [bobOnTwo, 4],
    ]);
    const nobody = await rewrite(waiting(away(annOnOne)), before);
    expect(read(nobody?.after ?? '')?.epochs).toEqual(noEpochs);
  });

  it('is not written when nothing but its version would change', async () => {
    const room = paired(here(annOnOne), here(bobOnTwo));
    expect(await rewrite(room, new Map([[annOnOne, 2]]), false)).toBeUndefined();
    expect(await rewrite(room, new Map([[annOnOne, 1]]), false)).toBeDefined();
  });

  it.each([
    ['a day for somebody who is here', paired(ann, away('bob')), heldRecordMs],
    ['until a seat that is away expires', waiting(away('ann')), graceEnd - now + 10_000],
    [
      'until the last of it expires',
      afterBye(waiting(away('ann')), [['b1']], graceEnd + 5),
      graceEnd + 5 - now + 10_000,
    ],
    ['for late writes when it is empty', emptyRoom, 10_000],
    ['for late writes when its seat has expired', waiting(away('ann', now - 60_000)), 10_000],
  ])('is kept %s', async (_fact, room, keepMs) => {
    expect((await rewrite(room))?.keepMs).toBe(keepMs);
  });
});

describe('a payload', () => {
  const seat = { peer: 'ann', role: 'initiator', channel: 'Test', phase: 'waiting' };
  const withBob = { ...seat, phase: 'paired', other: { id: 'bob', presence: 'away', isUnmet: true } };
  const state = { kind: 'state', key: 'Test', version: 3, views: [seat] };
  const signal = { kind: 'signal', from: 'bob', event: 'message', value: { any: ['json', null] } };
  const receipt = { kind: 'receipt', from: 'bob', receipt: { channel: 'Test', upTo: 0, from: 'a', to: 'b' } };
  const { parse } = roomPayloadCodec;

  it.each([
    state,
    { ...state, due: [['Test', 12.5]] },
    {
      ...state,
      views: [
        { ...seat, tenancy: 7 },
        { ...withBob, tenancy: 7 },
      ],
    },
    { ...state, views: [withBob, { ...seat, phase: 'parting' }, { lost: 'taken-over' }] },
    signal,
    { ...signal, value: null, meta: { seq: 1, from: 'a', to: 'b' } },
    receipt,
  ])('is read as it was written: %j', (payload) => {
    expect(parse(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
  });

  it.each([
    null,
    'signal',
    [],
    {},
    { ...state, version: '3' },
    { ...state, key: 7 },
    { ...state, views: [] },
    { ...state, views: [{ lost: 'for fun' }] },
    { ...state, views: [{ ...seat, phase: 'paired' }] },
    { ...state, views: [{ ...seat, role: 'third' }] },
    { ...state, due: [['Test']] },
    { ...signal, event: 'Bye' },
    { ...signal, from: undefined },
    { ...signal, meta: { seq: 'one' } },
    { ...receipt, receipt: {} },
    { kind: 'look again' },
  ])('of another shape is none: %j', (payload) => {
    expect(parse(payload)).toBeUndefined();
  });
});
