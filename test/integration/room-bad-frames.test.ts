// What no library would send, byte by byte: it ends the sender's connection at most, never anything else. [R8] [R19]
import { describe, expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { frameOf, opcodes, openRawSocketIo, openRawWebSocket } from '../support/raw-websocket.js';
import { openRawPolling } from '../support/raw-polling.js';
import { connectPair } from '../support/room-pair.js';
import { watchProcess } from '../support/watch-process.js';

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('what is refused, and the connection lives', () => {
  const rows: [what: string, packet: string, code: string][] = [
    ['[R8] lists 30,000 deep', `42["message",${deep(30_000)}]`, 'too-deep'],
    ['[R8] objects 10,000 deep', `42["message",${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}]`, 'too-deep'],
    ['[R8] lists 100,000 deep, which are not parsed', `42["message",${deep(100_000)}]`, 'too-large'],
    [
      '[R8] 5,000 levels in an envelope',
      `42["message",{"channel":"own","message":${deep(5000)}}]`,
      'too-deep',
    ],
    ['[R8] 200,000 numbers', `42["message",[${'7,'.repeat(200_000)}7]]`, 'too-large'],
    ['[R6] options 30,000 deep', `42["create or join","own",${deep(30_000)}]`, 'bad-options'],
    ['[R1] a channel 30,000 deep', `42["create or join",${deep(30_000)}]`, 'bad-channel'],
    ['[R10] a Bye 30,000 deep', `42["Bye",${deep(30_000)}]`, 'bad-channel'],
    ['[R14] a receipt 30,000 deep', `42["received",${deep(30_000)}]`, 'bad-message'],
    ['[R14] a number 30,000 deep', `42["message","hi",${deep(30_000)}]`, 'bad-message'],
    ['[R19] an unknown event 30,000 deep', `42["what",${deep(30_000)}]`, 'unknown-event'],
    ['[R8] a __proto__ that is deep', `42["message",{"__proto__":${deep(70)}}]`, 'too-deep'],
  ];
  it.each(rows)('%s', async (_what, packet, code) => {
    const alive = watchProcess();
    const { url, port } = await startParley();
    const { expectUndisturbed } = await connectPair(url);
    const cy = await openRawSocketIo(port);
    cy.write(frameOf('42["create or join","own"]'), frameOf(packet), frameOf('420["check"]'));
    expect(await cy.hears(/^42\["refused"/)).toContain(`"code":"${code}"`);
    expect(await cy.hears(/^430/)).toBe('430[]');
    await expectUndisturbed();
    alive.expectCalm();
  });
});

describe('what ends the connection of the sender', () => {
  const rows: [what: string, frames: Buffer[]][] = [
    ['[R8] a frame above 1 MiB', [frameOf(`42["message","${'x'.repeat(1024 * 1024)}"]`)]],
    ['[R8] 11 attachments', [frameOf(`4511-["message",${placeholders(11)}]`)]],
    ['[R8] a million attachments', [frameOf('451000000-["message",{"_placeholder":true,"num":0}]')]],
    ['no JSON', [frameOf('42["message",')]],
    ['no list', [frameOf('42{"message":"hi"}')]],
    ['an empty list', [frameOf('42[]')]],
    ['an event of Socket.IO itself', [frameOf('42["disconnect","hi"]')]],
    ['another one', [frameOf('42["connect_error"]')]],
    ['a packet of no type', [frameOf('49')]],
    ['an attachment that was not announced', [frameOf('hi', opcodes.binary)]],
    ['bytes that are no UTF-8', [Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])]],
    ['a frame without a mask', [Buffer.from([0x81, 0x01, 0x34])]],
    ['reserved bits', [Buffer.from([0xf1, 0x80, 0, 0, 0, 0])]],
    ['a ping of 126 bytes', [frameOf('x'.repeat(126), opcodes.ping)]],
  ];
  it.each(rows)('%s', async (_what, frames) => {
    const alive = watchProcess();
    const { url, port } = await startParley();
    const { expectUndisturbed } = await connectPair(url);
    const cy = await openRawSocketIo(port);
    cy.write(frameOf('42["create or join","own"]'), ...frames);
    await cy.closed;
    await expectUndisturbed();
    const next = await openRawSocketIo(port);
    next.write(frameOf('420["create or join","own"]'));
    expect(await next.hears(/^430/)).toContain('"status":"created"');
    alive.expectCalm();
  });

  it('[R8] a POST above 1 MiB', async () => {
    const alive = watchProcess();
    const { url } = await startParley();
    const { expectUndisturbed } = await connectPair(url);
    const cy = await openRawPolling(url);
    expect(await cy.post(`42["message","${'x'.repeat(1024 * 1024)}"]`)).toBe(413);
    await expectUndisturbed();
    alive.expectCalm();
  });

  it('[R8] an attachment instead of which text comes', async () => {
    const { url, port } = await startParley();
    const { expectUndisturbed } = await connectPair(url);
    const cy = await openRawSocketIo(port);
    cy.write(
      frameOf(`452-["message",${placeholders(2)}]`),
      frameOf('hi', opcodes.binary),
      frameOf('42["hi"]'),
    );
    await cy.closed;
    await expectUndisturbed();
  });

  it('[R8] binary data is refused before its attachments come, and the connection lives', async () => {
    const { url, port } = await startParley();
    const { expectUndisturbed } = await connectPair(url);
    const cy = await openRawSocketIo(port);
    cy.write(
      frameOf('42["create or join","own"]'),
      frameOf(`4510-["message",{"deep":[${placeholders(10)}]}]`),
    );
    expect(await cy.hears(/^42\["refused"/)).toContain('"code":"binary"');
    const attachment = frameOf('x'.repeat(1_000_000), opcodes.binary);
    for (let number = 0; number < 10; number++) cy.write(attachment);
    cy.write(frameOf('420["check"]'));
    expect(await cy.hears(/^430/)).toBe('430[]');
    cy.write(frameOf('hi', opcodes.binary));
    await cy.closed;
    await expectUndisturbed();
  });

  it('a WebSocket that never joins the namespace and talks hears nothing', async () => {
    const alive = watchProcess();
    const { url, port } = await startParley();
    const { expectUndisturbed } = await connectPair(url);
    const cy = await openRawWebSocket(port, '/socket.io/?EIO=4&transport=websocket');
    cy.write(frameOf('42["message",{"channel":"room-42","message":"psst"}]'));
    await cy.closed;
    await expectUndisturbed();
    expect(cy.frames.filter(({ text }) => text.startsWith('42'))).toEqual([]);
    alive.expectCalm();
  });
});

function placeholders(count: number): string {
  return Array.from({ length: count }, (_, num) => `{"_placeholder":true,"num":${num}}`).join(',');
}
