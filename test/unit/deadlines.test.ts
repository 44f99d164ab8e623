// How many records are kept that no connection holds: with room for three, the oldest one is forgotten. Each room here is
// named after its peer.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sayBye, vanish } from '../../server/rooms/room-rules.js';
import { createFaultyCoordinator } from '../support/room-coordinator.js';
import { away, graceMs, here, paired, peerId } from '../support/seats.js';

let scene: ReturnType<typeof createFaultyCoordinator>;

beforeEach(() => {
  vi.useFakeTimers();
  scene = createFaultyCoordinator(undefined, 3);
});

afterEach(() => {
  scene.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function enterAndDrop(peer: string, room = peer): Promise<void> {
  const { session } = await scene.enter(peer, room, { seat: `seat of ${peer}` });
  session.close();
  await scene.transact(room, vanish(peerId(peer), graceMs));
}

async function phases(...rooms: string[]): Promise<string[]> {
  await pass(0);
  return Promise.all(rooms.map(async (room) => (await scene.roomAt(room)).phase));
}

it('[R22] kept seats of lost connections: the oldest one is free when there are too many', async () => {
  for (const peer of ['ann', 'bob', 'cy']) await enterAndDrop(peer);
  expect(await phases('ann', 'bob', 'cy')).toEqual(['waiting', 'waiting', 'waiting']);
  await enterAndDrop('dan');
  expect(await phases('ann', 'bob', 'cy', 'dan')).toEqual(['empty', 'waiting', 'waiting', 'waiting']);
  // Who comes back is not among them.
  await scene.enter('bob-2', 'bob', { seat: 'seat of bob' });
  await enterAndDrop('eve');
  expect(await phases('bob', 'cy', 'dan', 'eve')).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
});

it('[R22] a seat whose other peer is connected is not among them', async () => {
  const ann = await scene.enter('ann', 'red');
  await enterAndDrop('bob', 'red');
  for (const peer of ['cy', 'dan', 'eve', 'fay']) await enterAndDrop(peer);
  expect(await phases('red', 'cy', 'dan')).toEqual(['paired', 'empty', 'waiting']);
  expect(ann.heard.at(-1)).toEqual(['peer away']);
});

it('[R24] ended seats are among them', async () => {
  for (const peer of ['ann', 'bob', 'cy', 'dan']) {
    await scene.enter(peer, peer, { seat: `seat of ${peer}` });
    await scene.transact(peer, sayBye(peerId(peer), graceMs));
  }
  await pass(0);
  expect([await scene.roomAt('ann'), (await scene.roomAt('bob')).ended?.length]).toEqual([
    { phase: 'empty' },
    1,
  ]);
});

it('what has expired by itself makes room', async () => {
  for (const peer of ['ann', 'bob', 'cy']) await enterAndDrop(peer);
  await pass(graceMs + 100);
  for (const peer of ['dan', 'eve', 'fay']) await enterAndDrop(peer);
  expect(await phases('ann', 'dan', 'eve', 'fay')).toEqual(['empty', 'waiting', 'waiting', 'waiting']);
});

it('[R33] one that cannot be forgotten now is forgotten when the store answers', async () => {
  for (const peer of ['ann', 'bob', 'cy']) await enterAndDrop(peer);
  scene.faults.answerMs = 10;
  const dropping = enterAndDrop('dan');
  await pass(25);
  await dropping;
  // The seat of dan is kept; the one of ann is about to be free.
  scene.faults.fault = new Error('away');
  await pass(900);
  scene.faults.answerMs = 0;
  expect(await phases('ann', 'dan')).toEqual(['waiting', 'waiting']);
  scene.faults.fault = undefined;
  await pass(1100);
  expect(await phases('ann', 'bob', 'cy', 'dan')).toEqual(['empty', 'waiting', 'waiting', 'waiting']);
});

it('[R31] one that a connection of another node holds by now is left as it is', async () => {
  for (const peer of ['ann', 'bob', 'cy']) await enterAndDrop(peer);
  const room = paired(here('ann-2'), away('ben', Date.now() + graceMs, { secrets: ['b1'] }));
  await scene.overwrite('ann', room);
  await enterAndDrop('dan');
  expect(await phases('bob', 'cy', 'dan')).toEqual(['waiting', 'waiting', 'waiting']);
  expect(await scene.roomAt('ann')).toEqual(room);
});

it('[U17] when memory is short the oldest of them are free', async () => {
  for (const peer of ['ann', 'bob', 'cy']) await enterAndDrop(peer);
  const { kept } = scene.coordinator;
  expect(kept.count).toBe(3);
  kept.giveUp(2);
  expect(await phases('ann', 'bob', 'cy')).toEqual(['empty', 'empty', 'waiting']);
  kept.giveUp(100);
  expect([await phases('cy'), kept.count]).toEqual([['empty'], 0]);
});
