// Bad input from a third connection, beside a pair that goes on talking and hears nothing of it. [R1] [R7] [R8] [R19]
import { describe, expect, it } from 'vitest';
import { refusals } from '../../server/protocol/refusals.js';
import { startParley } from '../support/parley.js';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';
import { connectClient, transports, type RoomClient } from '../support/room-client.js';
import { connectPair } from '../support/room-pair.js';
import { watchProcess } from '../support/watch-process.js';

interface Row {
  what: string;
  event: string;
  args: unknown[];
  refusal: object;
}

const badNames: [what: string, value: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['an empty name', ''],
  ['129 characters', 'x'.repeat(129)],
  ['a hundred thousand characters', 'x'.repeat(100_000)],
  ['half a face', '\ud83d'],
  ['a NUL', 'a\0b'],
  ['a line break', 'a\nb'],
  ['an escape sequence', '\u001b[31mred'],
  ['a number', 7],
  ['true', true],
  ['a list', ['room-42']],
  ['an object', { channel: 'room-42' }],
  ['bytes', Buffer.from('room-42')],
];

/** What anybody may try, with a seat or without. */
const anybody: Row[] = [
  ...['message_', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'connection', 'error', ''].map(
    (event) => row(`[R19] the event "${event}"`, event, ['x'], refusals.unknownEvent()),
  ),
  row('[R19] check without a function', 'check', [], refusals.badAck('check')),
  row('[R19] check with a text', 'check', ['answer me'], refusals.badAck('check')),
  row('[R19] ice servers without a function', 'ice servers', [{}], refusals.badAck('ice servers')),
];

const withoutSeat: Row[] = [
  ...badNames.map(([what, value]) =>
    row(`[R1] ${what} as channel`, 'create or join', [value], refusals.badChannel()),
  ),
  row('[R6] text for options', 'create or join', ['a', 'b'], coded('bad-options')),
  row('[R6] an ack that is no function', 'create or join', ['a', {}, 'b'], refusals.badAck('create or join')),
  row('[R7] a bare message without a seat', 'message', ['hi'], refusals.noSeat()),
  row('[R7] a message into the pair', 'message', [{ channel: 'room-42', message: 'hi' }], refusals.noSeat()),
  row(
    '[R7] a response into the pair',
    'response',
    [{ channel: 'room-42', message: 'hi' }],
    refusals.noSeat(),
  ),
  row('[R14] a receipt without a seat', 'received', [], refusals.noSeat()),
  row("[R10] Bye for the pair's channel", 'Bye', ['room-42'], refusals.noSeat()),
  ...anybody,
];

const withSeat: Row[] = [
  row('[R2] a second channel', 'create or join', ['room-42'], refusals.hasSeat('own')),
  row('[R7] a message to another channel', 'message', [{ channel: 'room-42', message: 'hi' }], wrong()),
  row('[R7] a response to another channel', 'response', [{ channel: 'room-42', message: 'hi' }], wrong()),
  row('[R8] a message without a value', 'message', [], coded('bad-message')),
  row('[R8] 65,537 bytes', 'message', ['x'.repeat(65_537)], refusals.tooLarge(65_536)),
  row('[R8] 65,538 bytes in 32,769 characters', 'response', ['é'.repeat(32_769)], refusals.tooLarge(65_536)),
  row('[R8] bytes', 'message', [Buffer.from('hi')], refusals.binary()),
  row('[R8] bytes inside', 'message', [{ channel: 'own', message: [Buffer.from('hi')] }], refusals.binary()),
  row('[R8] 65 levels', 'message', [lists(65)], refusals.tooDeep()),
  row('[R8] 1,000 levels', 'message', [lists(1000)], refusals.tooDeep()),
  row(
    '[R14] a number that is none',
    'message',
    ['hi', { seq: 'one', from: 'a', to: 'b' }],
    coded('bad-message'),
  ),
  row(
    '[R14] a receipt without upTo',
    'received',
    [{ channel: 'own', from: 'a', to: 'b' }],
    coded('bad-message'),
  ),
  row('[R14] a receipt to another channel', 'received', [receipt('room-42')], wrong()),
  row('[R10] Bye for another channel', 'Bye', ['room-42'], wrong()),
  ...badNames.map(([what, value]) => row(`[R10] Bye for ${what}`, 'Bye', [value], refusals.badChannel())),
  ...anybody,
];

it('[R19] the name of the event that is refused comes back as text, and not more than the start of it', async () => {
  const { port } = await startParley();
  const bob = await openRawSocketIo(port);
  bob.write(frameOf(`42${JSON.stringify(['x'.repeat(500_000)])}`), frameOf('42[7,"x"]'));
  await bob.hears(/"event":"7"/);
  expect(bob.frames.filter(({ text }) => text.length > 300)).toEqual([]);
});

describe.each(transports)('over %s', (transport) => {
  it('[R19] without a seat: each is refused, the pair hears nothing, the seat is still to be had', async () => {
    const alive = watchProcess();
    const { url } = await startParley();
    const pair = await connectPair(url, { transport });
    const cy = await connectClient(url, { transport });
    await tryAll(cy, withoutSeat, pair.expectUndisturbed);
    expect(await cy.ask('create or join', 'own')).toMatchObject({ status: 'created' });
    alive.expectCalm();
  });

  it('[R19] with a seat elsewhere: each is refused, the pair hears nothing, the seat is kept', async () => {
    const alive = watchProcess();
    const { url } = await startParley();
    const pair = await connectPair(url, { transport });
    const cy = await connectClient(url, { transport });
    await cy.ask('create or join', 'own');
    await cy.hears('created');
    const before = cy.heard.length;
    await tryAll(cy, withSeat, pair.expectUndisturbed, before);
    const dan = await connectClient(url, { transport });
    dan.say('create or join', 'own');
    await dan.hears('ready');
    cy.say('message', 'now it fits'.padEnd(65_536));
    await dan.hears('message');
    expect(dan.names()).toEqual(['joined', 'ready', 'message']);
    alive.expectCalm();
  });
});

async function tryAll(
  cy: RoomClient,
  rows: Row[],
  expectUndisturbed: () => Promise<void>,
  before = 0,
): Promise<void> {
  for (const [index, { event, args }] of rows.entries()) {
    cy.say(event, ...args);
    await cy.hears('refused', index + 1);
  }
  expect(cy.heard.slice(before)).toEqual(
    rows.map(({ event, refusal }) => ['refused', { event, ...refusal }]),
  );
  await expectUndisturbed();
}

function row(what: string, event: string, args: unknown[], refusal: object): Row {
  return { what, event, args, refusal };
}

/** Its sentence is compared where it is made. */
function coded(code: string): object {
  return { code, message: expect.any(String) as string };
}

function wrong(): object {
  return refusals.wrongChannel('own');
}

function receipt(channel: string): object {
  return { channel, upTo: 1, from: 'a', to: 'b' };
}

function lists(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
}
