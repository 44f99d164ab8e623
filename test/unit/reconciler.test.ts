// When the records of this node are reconciled, on a clock that the test moves, and what its connections are told then.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import { UnreadableRecord } from '../../server/kernel/record-store.js';
import { heldRecordMs } from '../../server/kernel/record-scripts.js';
import { unchanged } from '../../server/kernel/rule.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { onRoom } from '../../server/rooms/room-domain.js';
import type { RoomPayload } from '../../server/rooms/room-record.js';
import { sayBye, vanish } from '../../server/rooms/room-rules.js';
import { arrival } from '../support/entering.js';
import { createFaultyCoordinator } from '../support/room-coordinator.js';
import { entrant, graceMs, peerId } from '../support/seats.js';

const [one, two, three] = ['one', 'two', 'three'] as [NodeId, NodeId, NodeId];

let scene: ReturnType<typeof createFaultyCoordinator>;

beforeEach(() => {
  vi.useFakeTimers();
  scene = createFaultyCoordinator(one);
});

afterEach(() => {
  scene.close();
  vi.useRealTimers();
});

/** Longer than any timer of the scheduler, which knows nothing of a jump. */
const wheelMs = 30_000;

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Each of these is alone in its room; nothing was asked since. */
async function seat(count: number) {
  const peers = [];
  for (let number = 0; number < count; number++)
    peers.push(await scene.enter(`ann-${number}`, `room ${number}`));
  scene.asked.length = 0;
  return peers;
}

/** A client of another node joins. */
async function joinFrom(node: NodeId, key: string): Promise<string> {
  const address = addressOn(node, `guest in ${key}`);
  await scene.coordinator.transact([key], onRoom(enter(entrant(address), graceMs)));
  return address;
}

describe('messages from other nodes that may have been lost', () => {
  it('[R31] are made up for, and each is told once', async () => {
    const ann = await scene.enter('ann', 'red');
    scene.faults.isBusCut = true;
    const bob = await joinFrom(two, 'red');
    expect(ann.heard).toHaveLength(1);
    scene.faults.isBusCut = false;
    scene.loseMessages();
    await pass(10);
    expect(ann.heard.slice(1)).toEqual(arrival('guest in red'));
    expect(ann.session.link).toBe(bob);
    scene.loseMessages();
    await pass(10);
    expect(ann.heard).toHaveLength(1 + arrival('').length);
  });

  it('[R31] are made up for also when the other has left again, or has said Bye', async () => {
    const [ann, bob] = [await scene.enter('ann', 'red'), await scene.enter('bob', 'blue')];
    const guests = [await joinFrom(two, 'red'), await joinFrom(two, 'blue')];
    const heard = ann.heard.length;
    scene.faults.isBusCut = true;
    await scene.transact('red', vanish(peerId(guests[0] ?? ''), graceMs));
    await scene.transact('blue', sayBye(peerId(guests[1] ?? ''), graceMs));
    scene.faults.isBusCut = false;
    scene.loseMessages();
    await pass(10);
    expect(ann.heard.slice(heard)).toEqual([['peer gone'], ['bye', 'Test']]);
    expect(bob.heard.slice(heard)).toEqual([['Bye', { reason: 'said' }]]);
    expect(bob.awaitsAck).toBe(true);
  });

  it('[R33] one whose record is lost is closed for reconnect', async () => {
    const ann = await scene.enter('ann', 'red');
    scene.faults.isBusCut = true;
    await scene.transact('red', vanish(peerId('ann'), graceMs));
    scene.faults.isBusCut = false;
    scene.loseMessages();
    await pass(10);
    expect([ann.closed, ann.session.channel]).toEqual(['for reconnect', undefined]);
  });

  it('have every record written anew by a fencing write, at most 64 at the same time', async () => {
    await seat(200);
    scene.faults.answerMs = 10;
    scene.load.mostAtOnce = 0;
    scene.loseMessages();
    await pass(1000);
    expect(scene.asked).toHaveLength(200);
    expect(scene.asked.every(({ isFencing }) => isFencing)).toBe(true);
    expect(scene.load.mostAtOnce).toBe(64);
  });

  it('are made up for where the store answers, and later where it did not at first', async () => {
    await seat(200);
    scene.faults.lost = 50;
    scene.loseMessages();
    await pass(10);
    expect(new Set(scene.asked.map(({ key }) => key)).size).toBe(200);
    expect(scene.lines).toMatchObject([{ level: 40, records: 'rooms' }]);
    await pass(5000);
    expect(scene.asked).toHaveLength(250);
  });
});

describe('the lease of another node that has expired', () => {
  it('[R32] has the records reconciled whose connections are linked to it, and no others', async () => {
    for (const key of ['red', 'blue', 'green']) await scene.enter(`ann in ${key}`, key);
    await joinFrom(two, 'red');
    await joinFrom(three, 'blue');
    scene.asked.length = 0;
    scene.expire(two);
    await pass(10);
    expect(scene.asked).toEqual([{ key: 'red', isFencing: true }]);
  });
});

describe('a new epoch of this node', () => {
  it('[R33] begins when everything that it holds is reconciled', async () => {
    await seat(100);
    scene.faults.answerMs = 10;
    let isValid = false;
    const begun = scene.beginEpoch(2).then(() => {
      isValid = true;
    });
    await pass(15);
    expect(isValid).toBe(false);
    await pass(1000);
    await begun;
    expect(new Set(scene.asked.map(({ key }) => key)).size).toBe(100);
  });

  it('[R33] that fails is not valid; tried again, it reconciles only what is left', async () => {
    await seat(100);
    scene.faults.lost = 30;
    await expect(scene.beginEpoch(2)).rejects.toThrow('The reply is lost.');
    expect(scene.asked).toHaveLength(100);
    await scene.beginEpoch(2);
    expect(scene.asked).toHaveLength(130);
    await scene.beginEpoch(3);
    expect(scene.asked).toHaveLength(230);
  });

  it('[R33] lets a connection hold again what others took for lost', async () => {
    const ann = await scene.enter('ann', 'red', { seat: 'a1' });
    scene.faults.isBusCut = true;
    await scene.transact('red', vanish(peerId('ann'), graceMs));
    await joinFrom(two, 'red');
    scene.faults.isBusCut = false;
    await scene.beginEpoch(2);
    expect((await scene.roomAt('red')).phase).toBe('paired');
    expect(ann.heard.slice(1)).toEqual(arrival('guest in red'));
    expect(ann.closed).toBeUndefined();
  });

  it('[R33] does not take up a connection that is gone', async () => {
    const ann = await scene.enter('ann', 'red', { seat: 'a1' });
    await scene.transact('red', vanish(peerId('ann'), graceMs));
    ann.session.close();
    await scene.beginEpoch(2);
    expect(await scene.roomAt('red')).toMatchObject({ initiator: { presence: 'away' } });
  });

  it('[R33] does not wait for a record that cannot be parsed; its clients come back', async () => {
    const [ann, bob] = await seat(2);
    scene.faults.fault = new UnreadableRecord('room');
    await scene.beginEpoch(2);
    expect([ann?.closed, bob?.closed]).toEqual(['for reconnect', 'for reconnect']);
  });
});

describe('records that nobody changes', () => {
  it('are written anew three times before they would be forgotten', async () => {
    await seat(2);
    for (let turn = 1; turn <= 3; turn++) {
      scene.jumpAhead(heldRecordMs / 3);
      await pass(wheelMs);
      expect(scene.asked).toHaveLength(2 * turn);
    }
    scene.closeKernel();
    scene.jumpAhead(heldRecordMs);
    await pass(wheelMs);
    expect(scene.asked).toHaveLength(6);
  });

  it('are left alone by a single node, which forgets nothing', async () => {
    scene.close();
    scene = createFaultyCoordinator();
    await seat(2);
    scene.jumpAhead(heldRecordMs);
    await pass(wheelMs);
    expect(scene.asked).toEqual([]);
  });
});

describe('the version of a connection that was reconciled', () => {
  /** Of the next write to this record. */
  const nextVersion = (key: string) =>
    scene.coordinator.transact([key], (_states, { version }) => unchanged(version));

  /** A guest of another node comes, and goes again: each of these is told. */
  async function expectChangesToldTo({ session, heard }: Awaited<ReturnType<typeof scene.enter>>) {
    expect(session.claim.version).toSatisfy(Number.isSafeInteger);
    expect(await nextVersion('red')).toBeGreaterThan(session.claim.version);
    const first = heard.length;
    const guest = await joinFrom(two, 'red');
    await scene.transact('red', vanish(peerId(guest), graceMs));
    expect(heard.slice(first)).toEqual([...arrival('guest in red'), ['peer gone'], ['bye', 'Test']]);
  }

  it('[R31] is that of the write: changes from before it have no effect any more, later ones are told', async () => {
    const ann = await scene.enter('ann', 'red');
    const late: RoomPayload[] = [];
    scene.bus.attach('ann', (payload) => late.push(payload));
    await scene.transact('red', vanish(peerId(await joinFrom(two, 'red')), graceMs));
    scene.bus.attach('ann', (payload) => ann.session.receive(payload));
    scene.loseMessages();
    await pass(10);
    for (const payload of late) ann.session.receive(payload);
    expect([late.length, ann.heard.length]).toEqual([2, 1]);
    await expectChangesToldTo(ann);
  });

  it('[R31] is higher than those before it, also when the store has lost its last version', async () => {
    const ann = await scene.enter('ann', 'red');
    const { view } = ann.session.claim;
    if (!view) throw new Error('Ann has no seat.');
    ann.session.receive({ kind: 'state', key: 'red', version: 1000, views: [view] });
    scene.loseMessages();
    await pass(10);
    expect(ann.session.claim.version).toBeGreaterThan(1000);
    await expectChangesToldTo(ann);
  });

  it('[R33] after a record that could not be parsed lets the connection be told again, once it is granted a seat', async () => {
    const ann = await scene.enter('ann', 'red');
    scene.faults.fault = new UnreadableRecord('red');
    await scene.reconcile('red');
    expect(ann.session.channel).toBeUndefined();
    scene.faults.fault = undefined;
    await scene.transact('red', vanish(peerId('ann'), graceMs));
    await scene.ask(ann, 'red', entrant('ann'));
    await expectChangesToldTo(ann);
  });
});
