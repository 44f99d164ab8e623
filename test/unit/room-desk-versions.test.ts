// Whatever a room's connections here have been told before: what is decided next is newer, also when the store has
// forgotten how far it was.
import { expect, it } from 'vitest';
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { reassert } from '../../server/rooms/reassert-rules.js';
import { createRoomDesk, type RoomDesk } from '../../server/rooms/room-desk.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import { passTime, vanish } from '../../server/rooms/room-rules.js';
import type { PeerId } from '../../server/rooms/room.js';
import { createLogBook } from '../support/log-book.js';

const red = 'red' as ChannelName;
const [ann, bob] = ['ann', 'bob'] as [PeerId, PeerId];

/** Ann and bob are connected here, with what they were told before the store forgot everything. */
function scene(told: ReadonlyMap<PeerId, number>) {
  const courier = createMemoryCourier<RoomParcel>();
  const versions: number[] = [];
  for (const peer of [ann, bob]) {
    courier.attach(peer, (parcel) => {
      if (parcel.kind === 'notice') versions.push(parcel.version);
    });
  }
  const desk = createRoomDesk({
    store: createMemoryRoomStore(),
    courier,
    lease: alwaysLeased,
    logger: createLogBook('warn').logger,
    peersIn: () => [ann, bob],
    toldTo: (peer) => told.get(peer) ?? 0,
  });
  return { desk, versions };
}

const ways: [string, (desk: RoomDesk) => Promise<unknown>][] = [
  ['a look', (desk) => desk.lookAgain(red)],
  ['taking up the seats', (desk) => desk.lookAgain(red, reassert([ann, bob]))],
  ['an entry', (desk) => desk.decide(red, enter({ peer: ann, channel: red }, 0))],
];

it.each(ways)('[R33] %s tells what is newer than anything told here', async (_way, look) => {
  const told = new Map([
    [ann, 7_000_000],
    [bob, 9_000_000],
  ]);
  const { desk, versions } = scene(told);
  await look(desk);
  expect(versions.length).toBeGreaterThan(0);
  expect(Math.min(...versions)).toBeGreaterThan(9_000_000);
});

it('[R33] what follows is newer still, whoever is gone by then', async () => {
  const told = new Map([[ann, 9_000_000]]);
  const { desk, versions } = scene(told);
  await desk.decide(red, enter({ peer: ann, channel: red }, 0));
  await desk.decide(red, enter({ peer: bob, channel: red }, 0));
  told.clear();
  await desk.fence(red, vanish(bob, 0));
  await desk.lookAgain(red, passTime());
  expect(versions).toEqual([...versions].sort((one, other) => one - other));
  expect(versions[0]).toBeGreaterThan(9_000_000);
});
