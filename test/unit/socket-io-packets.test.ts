// The packets that the library writes and reads are Socket.IO's: its own parser says so.
import fc from 'fast-check';
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import {
  disconnectPacket,
  readPacket,
  writeConnect,
  writeEvent,
} from '../../client/signaling/socket-io-packets.js';

const json = fc.jsonValue();
const args = fc.tuple(fc.string(), json, json).map((all) => all as unknown[]);
const ackId = fc.option(fc.nat(), { nil: undefined });

/** What Socket.IO's own parser makes of the text. */
function decode(text: string): Packet {
  const packets: Packet[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet) => packets.push(packet));
  decoder.add(text);
  const [packet] = packets;
  if (packets.length !== 1 || !packet) throw new Error(`${packets.length} packets in ${text}`);
  return packet;
}

function encode(packet: Packet): string {
  return String(new Encoder().encode(packet)[0]);
}

/** As JSON has it: without -0. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

describe('written', () => {
  it('a request to connect is read with what it carries', () => {
    expect(decode(writeConnect({ log: true }))).toMatchObject({
      type: PacketType.CONNECT,
      nsp: '/',
      data: { log: true },
    });
  });

  it('a disconnection is read as one', () => {
    expect(decode(disconnectPacket)).toMatchObject({ type: PacketType.DISCONNECT, nsp: '/' });
  });

  it('every event is read as it was, with its number', () => {
    fc.assert(
      fc.property(args, ackId, (written, id) => {
        const packet = decode(writeEvent(written, id));
        expect(packet).toMatchObject({ type: PacketType.EVENT, nsp: '/', data: plain(written) });
        expect(packet.id).toBe(id);
      }),
    );
  });
});

describe('read', () => {
  it('every event is what Socket.IO has written', () => {
    fc.assert(
      fc.property(args, (data) => {
        const text = encode({ type: PacketType.EVENT, nsp: '/', data });
        expect(readPacket(text)).toEqual({ is: 'event', args: plain(data) });
      }),
    );
  });

  it('every acknowledgement comes with its number', () => {
    fc.assert(
      fc.property(args, fc.nat(), (data, id) => {
        const text = encode({ type: PacketType.ACK, nsp: '/', data, id });
        expect(readPacket(text)).toEqual({ is: 'ack', id, args: plain(data) });
      }),
    );
  });

  it.each([
    [{ type: PacketType.CONNECT, nsp: '/', data: { sid: 'x' } }, { is: 'connected' }],
    [{ type: PacketType.DISCONNECT, nsp: '/' }, { is: 'disconnected' }],
    [
      { type: PacketType.CONNECT_ERROR, nsp: '/', data: { message: 'Not today' } },
      { is: 'refused', why: 'Not today' },
    ],
  ] as [Packet, unknown][])('%o', (packet, expected) => {
    expect(readPacket(encode(packet))).toEqual(expected);
  });

  it.each([
    '',
    '9',
    'x',
    '2',
    '2{}',
    '2"a"',
    '3',
    '2[',
    '51-["a",{"_placeholder":true,"num":0}]',
    '2/other,["a"]',
  ])('%j is nothing', (text) => {
    expect(readPacket(text)).toBeUndefined();
  });

  it('no text breaks it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(6), (text, type) => {
        expect(() => readPacket(`${type}${text}`)).not.toThrow();
      }),
    );
  });
});
