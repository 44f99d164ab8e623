// What runs out by itself, on a clock that the test moves: when a record is looked at again, and what is told then.
import { expect, it, vi } from 'vitest';
import { UnreadableRecord } from '../../server/kernel/record-store.js';
import { onRoom } from '../../server/rooms/room-domain.js';
import { vanish } from '../../server/rooms/room-rules.js';
import { decided, type RoomRule } from '../../server/rooms/room.js';
import { useFaultyCoordinator, type FaultyCoordinator } from '../support/room-coordinator.js';
import { graceMs, peerId } from '../support/seats.js';

let scene: FaultyCoordinator;

useFaultyCoordinator((given) => {
  scene = given;
});

const look: RoomRule = (room) => decided(room);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** How much later than a deadline a record is looked at, by the resolution of the scheduler. */
const lateMs = 100;

/** Ann stays; bob, whose seat is kept, has dropped. */
async function dropBob() {
  const ann = await scene.enter('ann', 'red');
  const bob = await scene.enter('bob', 'red', { seat: 'b1' });
  bob.session.close();
  await scene.transact('red', vanish(peerId('bob'), graceMs));
  ann.heard.length = 0;
  return ann;
}

it('[R22] a seat expires at its time, and the other is told', async () => {
  const ann = await dropBob();
  const before = scene.asked.length;
  await pass(graceMs - 1);
  expect([ann.heard, scene.asked.length]).toEqual([[], before]);
  await pass(lateMs);
  expect(ann.heard).toEqual([['peer gone'], ['bye', 'Test']]);
  expect(scene.asked).toHaveLength(before + 1);
  await pass(10 * 60_000);
  expect(scene.asked).toHaveLength(before + 1);
});

it('[R22] a record of which nothing runs out any more is not looked at again', async () => {
  await dropBob();
  await pass(graceMs / 2);
  await scene.enter('bob-2', 'red', { seat: 'b1' });
  const before = scene.asked.length;
  await pass(10 * 60_000);
  expect(scene.asked).toHaveLength(before);
});

it('[R22] a record that cannot be looked at is tried again until it can be', async () => {
  const ann = await dropBob();
  scene.faults.fault = new Error('away');
  await pass(graceMs + 5000);
  expect(ann.heard).toEqual([]);
  expect(scene.lines.length).toBeGreaterThan(0);
  scene.faults.fault = undefined;
  await pass(1200);
  expect(ann.heard).toEqual([['peer gone'], ['bye', 'Test']]);
});

it('a record that cannot be parsed is not looked at again: that changes nothing', async () => {
  await dropBob();
  scene.faults.fault = new UnreadableRecord('red');
  await pass(graceMs + lateMs);
  const before = scene.asked.length;
  await pass(10 * 60_000);
  expect(scene.asked).toHaveLength(before);
});

it('a client whose `mayEnter` is never answered is told so, and the store is not asked', async () => {
  const { session } = await scene.enter('ann', 'red');
  const before = scene.asked.length;
  const mayEnter = () => new Promise<never>(() => {});
  const request = scene.coordinator.request(session.claim, { keys: ['red'], rule: onRoom(look), mayEnter });
  const failed = expect(request).rejects.toThrow('mayEnter did not answer in time.');
  await pass(60_000);
  await failed;
  expect(scene.asked).toHaveLength(before);
});

it('[R32] another node is told when something runs out, and looks at it, too', async () => {
  const due: unknown[] = [];
  await scene.enter('ann', 'red');
  await scene.enter('bob', 'red', { seat: 'b1' });
  scene.bus.attach('ann', (payload) => due.push(payload.kind === 'state' && payload.due));
  await scene.transact('red', vanish(peerId('bob'), graceMs));
  expect(due).toEqual([[['red', graceMs]]]);
  scene.coordinator.lookBy('blue', 1000);
  await pass(1000 + lateMs);
  expect(scene.asked.at(-1)).toEqual({ key: 'blue', isFencing: false });
});

it('a deadline that has passed is looked at soon; of two that others have told, the earlier one counts', async () => {
  scene.coordinator.lookBy('red', -5000);
  scene.coordinator.lookBy('blue', 9000);
  scene.coordinator.lookBy('blue', 5000);
  scene.coordinator.lookBy('blue', 9000);
  await pass(lateMs);
  expect(scene.asked.map(({ key }) => key)).toEqual(['red']);
  await pass(5000);
  expect(scene.asked.map(({ key }) => key)).toEqual(['red', 'blue']);
});

it('a kernel that is closed looks at nothing any more', async () => {
  await dropBob();
  scene.faults.lost = 1;
  await expect(scene.transact('red', look)).rejects.toThrow();
  const before = scene.asked.length;
  scene.closeKernel();
  scene.coordinator.lookBy('blue', 10);
  await pass(10 * 60_000);
  expect(scene.asked).toHaveLength(before);
});
