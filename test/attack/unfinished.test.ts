// Messages that never end: fragments up to 1 MiB without the last one, on connections that answer every ping. [R8] [U15]
import { expect, it } from 'vitest';
import { inMegabytes } from '../support/figures.js';
import { heldBy } from '../support/measured-server.js';
import { frameOf, opcodes, openRawWebSocket, type RawWebSocket } from '../support/raw-websocket.js';
import { scaled } from '../support/scale.js';
import { attacked, serverOfFile } from './attacked.js';
import { closeAll, openAll } from './many.js';

const server = serverOfFile();
const megabyte = 1024 * 1024;

/** Of all unfinished messages: the bound in the process, and what it takes to hold them. */
const mostKept = 80 * megabyte;

const fragmentBytes = 16_900;
const first = frameOf('x'.repeat(fragmentBytes), opcodes.text, false);
const next = frameOf('x'.repeat(fragmentBytes), opcodes.continuation, false);
const unfinished = Buffer.concat([first, ...Array.from({ length: 61 }, () => next)]);

it('[R8] [U15] unfinished messages have a bound in all, and end', async (context) => {
  const threat = 'messages of 1 MiB without an end';
  await attacked(context, server(), { threat, tries: scaled(900, 120), of: 'connections' }, async (tries) => {
    const before = await server().measure();
    let closed = 0;
    const open = await openAll(tries, async (number): Promise<RawWebSocket> => {
      const { port, callsPort } = server();
      const client = await (number % 2 === 0
        ? openRawWebSocket(port, '/socket.io/?EIO=4&transport=websocket')
        : openRawWebSocket(callsPort, '/'));
      client.onFrame(({ opcode, text }) => {
        if (opcode === opcodes.ping) client.write(frameOf(text, opcodes.pong));
      });
      void client.closed.then(() => (closed += 1));
      await new Promise((resolve) => {
        client.socket.write(unfinished, resolve);
      });
      return client;
    });
    // What does not fit is closed at once; that the rest is closed after 10 s is in integration/unfinished-messages.
    const fits = Math.floor((64 * megabyte) / (62 * fragmentBytes));
    await expect.poll(() => closed, { timeout: 20_000 }).toBeGreaterThanOrEqual(tries - fits);
    const held = await heldBy(server(), before);
    const closedEarly = closed;
    await closeAll(open);
    expect(held).toBeLessThan(mostKept);
    return `${closedEarly} closed, ${inMegabytes(held)} kept of the others`;
  });
});
