// What reaches the socket of one connection, and what is kept from it.
import { expect, it } from 'vitest';
import { createLogger } from '../../server/platform/logger.js';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import type { Notice } from '../../server/rooms/decision.js';
import { createRoomConnection, type RoomConnection } from '../../server/rooms/room-connection.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import { createFakeRoomSocket } from '../support/fake-room-socket.js';
import { peerId, tells } from '../support/seats.js';

const channel = 'Test' as ChannelName;
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
  tell(connection, tells('ann', [], { link: peerId('bob') }));
  for (const who of ['bob', 'cy', 'ann']) connection.receive(from(who, `from ${who}`));
  tell(connection, tells('ann', [['peer back', {}]], { link: peerId('bob-2') }));
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
  tell(connection, tells('ann', [], { link: peerId('bob') }));
  tell(connection, tells('ann', [['ready', 'Test', {}]]));
  connection.receive(from('bob', 'hi'));
  tell(connection, tells('ann', [['peer away']], { link: null }));
  connection.receive(from('bob', 'from before'));
  expect(heard).toEqual([['ready', 'Test', {}], ['message', 'hi'], ['peer away']]);
});

it('[R21] a notice that ends it ends it, after its events', () => {
  const { connection, heard, fake } = open();
  tell(connection, tells('ann', [['taken-over']], { link: null, ends: true }));
  expect([heard, fake.isOver, connection.isOver]).toEqual([[['taken-over']], true, true]);
});

it('[R25] without a WebSocket it counts as alive', async () => {
  expect(await open().connection.isAlive()).toBe(true);
});

function open() {
  const fake = createFakeRoomSocket('ann');
  const connection = createRoomConnection({
    socket: fake.socket,
    node: undefined,
    address: '',
    ackTimeoutMs: 0,
    log,
    onMislaid: (channel) => fake.heard.push(['(mislaid)', channel]),
  });
  connection.sitDown({ name: channel, written: 'Test' });
  return { fake, heard: fake.heard, connection };
}

let version = 0;

/** News of one decision that changes nothing about how the room is seen. */
function tell(connection: RoomConnection, notice: Notice): void {
  const news = { kind: 'notice', channel, notices: [notice], before: null, view: null } as const;
  connection.receive({ ...news, notices: [notice], version: ++version });
}
