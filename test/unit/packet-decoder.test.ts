// Packets with attachments are handed over without them, and nothing of them is kept. [R8]
import { PacketType, type Packet } from 'socket.io-parser';
import { expect, it } from 'vitest';
import { PacketDecoder } from '../../server/transport/packet-decoder.js';

function openDecoder(): { decoder: PacketDecoder; decoded: Packet[] } {
  const decoder = new PacketDecoder();
  const decoded: Packet[] = [];
  decoder.on('decoded', (packet) => decoded.push(packet));
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
