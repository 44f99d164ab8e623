// What reaches the socket of one connection, and what is kept from it.
import { expect, it } from 'vitest';
import { createLogger } from '../../server/platform/logger.js';
import { createRoomConnection } from '../../server/rooms/room-connection.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import { createFakeRoomSocket } from '../support/fake-room-socket.js';
import { peerId, tells } from '../support/seats.js';

const log = createLogger({ logLevel: 'silent', logFormat: 'json' });

const from = (who: string, value: string): RoomParcel => ({
  kind: 'signal',
  from: peerId(who),
  event: 'message',
  value,
});
const receiptFrom = (who: string): RoomParcel => ({
  kind: 'receipt',
  from: peerId(who),
  receipt: { channel: 'Test', upTo: 1, from: who, to: 'ann' },
});

it('[R21] hears the one it talks to, and nobody else: not a stranger, not an old connection', () => {
  const { connection, heard } = open();
  connection.receive(from('bob', 'to nobody yet'));
  connection.receive({ kind: 'notice', notice: tells('ann', [], { link: peerId('bob') }) });
  for (const who of ['bob', 'cy', 'ann']) connection.receive(from(who, `from ${who}`));
  connection.receive({
    kind: 'notice',
    notice: tells('ann', [['peer back', {}]], { link: peerId('bob-2') }),
  });
  for (const who of ['bob', 'bob-2']) {
    connection.receive(from(who, `then from ${who}`));
    connection.receive(receiptFrom(who));
  }
  expect(heard).toEqual([
    ['message', 'from bob'],
    ['peer back', {}],
    ['message', 'then from bob-2'],
    ['received', { channel: 'Test', upTo: 1, from: 'bob-2', to: 'ann' }],
  ]);
});

it('[R22] a notice without a link changes nothing, null ends the talk', () => {
  const { connection, heard } = open();
  connection.receive({ kind: 'notice', notice: tells('ann', [], { link: peerId('bob') }) });
  connection.receive({ kind: 'notice', notice: tells('ann', [['ready', 'Test', {}]]) });
  connection.receive(from('bob', 'hi'));
  connection.receive({ kind: 'notice', notice: tells('ann', [['peer away']], { link: null }) });
  connection.receive(from('bob', 'from before'));
  expect(heard).toEqual([['ready', 'Test', {}], ['message', 'hi'], ['peer away']]);
});

it('[R21] a notice that ends it ends it, after its events', () => {
  const { connection, heard, fake } = open();
  connection.receive({ kind: 'notice', notice: tells('ann', [['taken-over']], { link: null, ends: true }) });
  expect([heard, fake.isOver, connection.isOver]).toEqual([[['taken-over']], true, true]);
});

it('[R25] without a WebSocket it counts as alive', async () => {
  expect(await open().connection.isAlive()).toBe(true);
});

function open() {
  const fake = createFakeRoomSocket('ann');
  return { fake, heard: fake.heard, connection: createRoomConnection(fake.socket, '', 0, log) };
}
