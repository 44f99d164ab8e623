// What reaches the socket of one connection, and what is kept from it.
import { describe, expect, it } from 'vitest';
import type { Lost } from '../../server/kernel/claim.js';
import type { RoomRelay } from '../../server/rooms/room-record.js';
import { viewOf, type RoomView } from '../../server/rooms/room-view.js';
import type { Room } from '../../server/rooms/room.js';
import { arrival } from '../support/entering.js';
import { ackTimeoutMs, openSession, type OpenSession } from '../support/open-session.js';
import { ann, annRemains, away, bob, here, paired, peerId, waiting } from '../support/seats.js';

const key = 'Test';

const from = (who: string, value: string): RoomRelay => ({
  kind: 'signal',
  from: peerId(who),
  event: 'message',
  value,
});
const receiptFrom = (who: string): RoomRelay => ({
  kind: 'receipt',
  from: peerId(who),
  receipt: { channel: 'Test', upTo: 1, from: who, to: 'ann' },
});

it('[R21] hears the one it is linked to, and nobody else: not a stranger, not an old connection', () => {
  const { session, heard, sees } = open();
  session.receive(from('bob', 'to nobody yet'));
  sees(paired(ann, { ...bob, tenancy: 2 }));
  heard.length = 0;
  for (const who of ['bob', 'cy', 'ann']) session.receive(from(who, `from ${who}`));
  sees(paired(ann, here('bob-2', { tenancy: 2 })));
  for (const who of ['bob', 'bob-2']) {
    session.receive(from(who, `then from ${who}`));
    session.receive(receiptFrom(who));
  }
  expect(heard).toEqual([
    ['message', 'from bob'],
    ['peer back', {}],
    ['message', 'then from bob-2'],
    ['received', { channel: 'Test', upTo: 1, from: 'bob-2', to: 'ann' }],
  ]);
});

it('[R22] the link ends when the other is away, and with the seat', () => {
  const { session, heard, sees } = open();
  sees(paired(ann, bob));
  heard.length = 0;
  session.receive(from('bob', 'hi'));
  sees(paired(ann, away('bob')));
  session.receive(from('bob', 'from before'));
  expect(heard).toEqual([['message', 'hi'], ['peer away']]);
  sees(paired(ann, bob));
  expect(session.link).toBe('bob');
  session.close();
  expect(session.link).toBeNull();
});

it('[R21] one that is taken over is told, and then ended', () => {
  const scene = open();
  scene.sees({ lost: 'taken-over' });
  scene.session.refuse('message', { code: 'no-seat', message: '' });
  expect([scene.heard, scene.closed, scene.session.isOver]).toEqual([[['taken-over']], 'for good', true]);
});

it('[R33] one whose seat is lost is closed for reconnect, and told nothing', () => {
  const scene = open();
  scene.sees({ lost: 'unknown' });
  expect([scene.heard, scene.closed, scene.session.channel]).toEqual([[], 'for reconnect', undefined]);
});

it('[R33] one that has got another seat meanwhile is closed for reconnect, and told nothing', () => {
  const scene = open();
  scene.sees(paired({ ...bob, tenancy: 8 }, { ...ann, tenancy: 9 }));
  expect([scene.heard, scene.closed]).toEqual([[], 'for reconnect']);
});

it('[R12] one that does not acknowledge in time is disconnected', async () => {
  const scene = open();
  scene.sees(paired(ann, bob));
  scene.sees(annRemains());
  await scene.clock.advance(ackTimeoutMs - 1);
  expect([scene.heard.at(-1), scene.closed]).toEqual([['Bye', { reason: 'said' }], undefined]);
  await scene.clock.advance(1);
  expect(scene.closed).toBe('for good');
});

it('[R12] one that has gone by then is not disconnected again, and with 0 the time never ends', async () => {
  const gone = open();
  gone.sees(paired(ann, bob));
  gone.sees(annRemains());
  gone.session.close();
  await gone.clock.advance(ackTimeoutMs);
  const patient = open({ ackTimeoutMs: 0 });
  patient.sees(paired(ann, bob));
  patient.sees(annRemains());
  await patient.clock.advance(24 * 3_600_000);
  expect([gone.closed, patient.closed]).toEqual([undefined, undefined]);
});

it('[R25] without a WebSocket it counts as alive, and its end as heard', async () => {
  const { session } = open();
  expect([await session.isAlive(), session.silentMs]).toEqual([true, 0]);
});

it('[R27] [R33] [R36] one that the server has closed for reconnect counts as alive, and makes no seat yield', async () => {
  const drained = open();
  void drained.session.drain(1000);
  const moved = open();
  moved.sees(paired({ ...bob, tenancy: 8 }, { ...ann, tenancy: 9 }));
  for (const { session, closed } of [drained, moved]) {
    expect(closed).toBe('for reconnect');
    expect([await session.isAlive(), session.silentMs]).toEqual([true, undefined]);
  }
});

describe('a state change', () => {
  const alone: RoomView = { peer: peerId('ann'), role: 'initiator', channel: 'Test', phase: 'waiting' };
  const withBob: RoomView = { ...alone, phase: 'paired', other: { id: peerId('bob'), presence: 'here' } };
  const lost: Lost = { lost: 'unknown' };
  const change = (version: number, ...views: (RoomView | Lost)[]) =>
    ({ kind: 'state', key, version, views }) as const;

  function openAlone(): OpenSession {
    const scene = openSession('ann');
    scene.sit(key, alone, 5);
    return scene;
  }

  it('[R31] that is old is dropped', () => {
    const { session, heard } = openAlone();
    for (const old of [change(5, withBob), change(4, lost)]) session.receive(old);
    expect([heard, session.link, session.channel]).toEqual([[], null, key]);
  });

  it('[R31] that comes after others were lost is preceded by what was missed', () => {
    const { session, heard } = openAlone();
    session.receive(change(7, withBob, alone));
    expect(heard).toEqual([...arrival('bob'), ['peer gone'], ['bye', 'Test']]);
    expect(session.link).toBeNull();
  });

  it('[R33] that tells of a seat which is lost closes the connection, and nothing after it is told', () => {
    const scene = openAlone();
    scene.session.receive(change(7, lost, withBob));
    expect([scene.heard, scene.closed]).toEqual([[], 'for reconnect']);
  });

  it('[R31] that answers a request which had been lost tells also what happened since', () => {
    const { session, heard } = openSession('ann');
    session.claim.ask(key);
    session.claim.grant();
    session.claim.settle();
    session.receive(change(7, { ...withBob, role: 'joiner' }));
    expect(heard).toEqual([
      ['joined', 'Test', 'ann'],
      ['ready', 'Test', {}],
    ]);
    expect(session.link).toBe('bob');
  });

  it('[R31] waits while a request of this connection is being decided', () => {
    const { session, heard } = openAlone();
    session.claim.ask(key);
    session.receive(change(6, withBob));
    session.receive(from('bob', 'hi'));
    expect(heard).toEqual([]);
    session.claim.settle();
    expect(heard).toEqual([...arrival('bob'), ['message', 'hi']]);
  });

  it('[R31] means nothing to one who has no seat, but for a seat of which it does not know', () => {
    const unknownHolds: string[] = [];
    const { session, heard } = openSession('ann', { onUnknownHold: (channel) => unknownHolds.push(channel) });
    session.receive(change(7, lost));
    expect([heard, unknownHolds]).toEqual([[], []]);
    session.receive(change(7, alone));
    expect([heard, unknownHolds, session.channel]).toEqual([[], [key], undefined]);
  });
});

/** Ann waits in the channel, with the tenancies that a room has. */
function open(parts?: Parameters<typeof openSession>[1]) {
  const scene: OpenSession = openSession('ann', parts);
  let version = 1;
  const viewIn = (room: Room): RoomView => {
    const view = viewOf(room, 'ann');
    if (!view) throw new Error('Ann has no seat.');
    return { ...view, tenancy: view.tenancy ?? 1 };
  };
  scene.sit(key, viewIn(waiting(ann)), version);
  return Object.assign(scene, {
    sees(now: Room | Lost) {
      const view = 'lost' in now ? now : viewIn(now);
      scene.session.receive({ kind: 'state', key, version: ++version, views: [view] });
    },
  });
}
