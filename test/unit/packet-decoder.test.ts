// Packets with attachments are handed over without them, and nothing of them is kept. [R8]
import { PacketType, type Decoder, type Packet } from 'socket.io-parser';
import { expect, it } from 'vitest';
import { tooLong } from '../../server/protocol/json-value.js';
import { packetDecoder } from '../../server/transport/packet-decoder.js';

function openDecoder(maxLength = Infinity): { decoder: Decoder; decoded: Packet[] } {
  const decoder = new (packetDecoder(({ length }) => length > maxLength))();
  const decoded: Packet[] = [];
  decoder.on('decoded', (packet: Packet) => decoded.push(packet));
  return { decoder, decoded };
}

const empty = Buffer.alloc(0);
const placeholder = (num: number): string => `{"_placeholder":true,"num":${num}}`;

it('[R8] an event with attachments is complete before they come, and each of them is empty', () => {
  const { decoder, decoded } = openDecoder();
  decoder.add(`52-7["message",{"a":${placeholder(0)},"b":[${placeholder(1)}]}]`);
  const event = { type: PacketType.EVENT, nsp: '/', id: 7, data: ['message', { a: empty, b: [empty] }] };
  expect(decoded).toEqual([event]);
  for (let times = 0; times < 2; times++) decoder.add(Buffer.from('an attachment'));
  expect(decoded).toHaveLength(1);
  decoder.add('2["next"]');
  expect(decoded.at(-1)).toMatchObject({ data: ['next'] });
});

it('[R8] an acknowledgement with attachments is, too', () => {
  const { decoder, decoded } = openDecoder();
  decoder.add(`61-3[${placeholder(0)}]`);
  expect(decoded).toEqual([{ type: PacketType.ACK, nsp: '/', id: 3, data: [empty] }]);
});

it('[R8] an attachment more than announced, and text instead of one, are errors', () => {
  const more = openDecoder().decoder;
  more.add(`51-["message",${placeholder(0)}]`);
  more.add(empty);
  expect(() => more.add(empty)).toThrow('binary data');
  const fewer = openDecoder().decoder;
  fewer.add(`52-["message",${placeholder(0)}]`);
  fewer.add(empty);
  expect(() => fewer.add('2["next"]')).toThrow('instead of an attachment');
});

it.each([
  '5-["message"]',
  '50-["message"]',
  '511-["message"]',
  '51e1-["message"]x',
  '5-1-["message"]',
  '51',
  `51-["message",${placeholder(1)}]`,
])('[R8] %s is an error', (text) => {
  const { decoder, decoded } = openDecoder();
  expect(() => decoder.add(text)).toThrow();
  expect(decoded).toEqual([]);
});

it('everything else is decoded as by Socket.IO', () => {
  const { decoder, decoded } = openDecoder();
  for (const text of ['0{"log":true}', '21["check"]', '1', '31[]']) decoder.add(text);
  expect(decoded).toEqual([
    { type: PacketType.CONNECT, nsp: '/', data: { log: true } },
    { type: PacketType.EVENT, nsp: '/', id: 1, data: ['check'] },
    { type: PacketType.DISCONNECT, nsp: '/' },
    { type: PacketType.ACK, nsp: '/', id: 1, data: [] },
  ]);
});

it('[R8] of an event that is too long only the name is decoded', () => {
  const { decoder, decoded } = openDecoder(20);
  decoder.add('2["message","123456"]');
  decoder.add('2/admin,17["check",[[');
  decoder.add('2["message","12345"]');
  decoder.add('2["a long name, \\u0041');
  decoder.add('2[1,"the name is no text"]');
  expect(decoded).toEqual([
    { type: PacketType.EVENT, nsp: '/', data: ['message', tooLong] },
    { type: PacketType.EVENT, nsp: '/admin', id: 17, data: ['check', tooLong] },
    { type: PacketType.EVENT, nsp: '/', data: ['message', '12345'] },
    { type: PacketType.EVENT, nsp: '/', data: ['a long name, ', tooLong] },
    { type: PacketType.EVENT, nsp: '/', data: ['', tooLong] },
  ]);
});

it('[R8] its attachments are dropped, too', () => {
  const { decoder, decoded } = openDecoder(20);
  decoder.add(`52-["message",${placeholder(0)}]`);
  for (let times = 0; times < 2; times++) decoder.add(empty);
  decoder.add('2["next"]');
  expect(decoded.map(({ data }) => data as unknown)).toEqual([['message', tooLong], ['next']]);
});

it.each(['3["an acknowledgement"]', '50-["message","x","y"]', '1"a disconnect"......'])(
  '[R8] %s is an error if that is too long',
  (text) => {
    const { decoder, decoded } = openDecoder(20);
    expect(() => decoder.add(text)).toThrow('too long');
    expect(decoded).toEqual([]);
  },
);
