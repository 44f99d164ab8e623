// People who come and go, a hundred thousand times: nothing of them stays in the server.
import { expect, it } from 'vitest';
import { inMegabytes, noteFigure } from '../support/figures.js';
import { startMeasuredServer, type Holdings, type MeasuredServer } from '../support/measured-server.js';
import { ask, closeSocketsAfterTest, connectSocket, newSecret } from '../support/seat-client.js';

const joins = 100_000;
/** They come first and are not counted: code is compiled and tables grow once. */
const warmUp = 10_000;
const atOnce = 50;
const mostGrowth = 5e6;
const graceMs = 50;

type Leaving = 'Bye' | 'disconnect' | 'cut' | 'Bye and disconnect';
const leavings: Leaving[] = ['Bye', 'disconnect', 'cut', 'Bye and disconnect'];

it(`[R10] [R13] [R22] ${joins} joins and leaves: the heap is as before, and so are the handles`, async (context) => {
  const server = await startMeasuredServer({ graceMs });
  closeSocketsAfterTest();
  const { resources } = await server.measure();
  await comeAndGo(server, warmUp);
  const before = await holdingsAtRest(server, resources);
  await comeAndGo(server, joins);
  const after = await holdingsAtRest(server, resources);
  const growth = after.heapUsed - before.heapUsed;
  noteFigure(context, `${joins} joins and leaves: heap growth`, inMegabytes(growth), 'at most 5 MB');
  noteFigure(
    context,
    `${joins} joins and leaves: open resources`,
    JSON.stringify(after.resources),
    JSON.stringify(resources),
  );
  expect(growth).toBeLessThanOrEqual(mostGrowth);
  await server.close();
  const own = { ...resources };
  delete own['TCPServerWrap'];
  await expect.poll(async () => (await server.measure()).resources).toEqual(own);
});

async function comeAndGo(server: MeasuredServer, count: number): Promise<void> {
  let next = 0;
  async function keepComing(): Promise<void> {
    for (let number = next++; number < count; number = next++) await visit(server.url, number);
  }
  await Promise.all(Array.from({ length: atOnce }, keepComing));
}

/** Two numbers after each other share a channel; every second pair keeps its seats for the grace time. */
async function visit(url: string, number: number): Promise<void> {
  const channel = `room-${Math.floor(number / 2)}`;
  const socket = await connectSocket(url);
  const isKept = Math.floor(number / 2) % 2 === 0;
  await ask(socket, channel, isKept ? { resume: true, seat: newSecret(), next: newSecret() } : {});
  const leaving = leavings[Math.floor(number / 4) % leavings.length];
  if (leaving?.startsWith('Bye')) {
    const ended = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.once('Bye', () => socket.emit('Ack'));
    socket.emit('Bye', channel);
    if (leaving === 'Bye') await ended;
    else socket.disconnect();
  } else if (leaving === 'cut') socket.io.engine.close();
  else socket.disconnect();
}

/** Waits until nothing is open that was not open before anybody came: no connection, no timer of a room. */
async function holdingsAtRest(server: MeasuredServer, resources: Holdings['resources']): Promise<Holdings> {
  let holdings = await server.measure();
  const look = async (): Promise<Holdings['resources']> => (holdings = await server.measure()).resources;
  await expect.poll(look, { timeout: 60_000, interval: 2 * graceMs }).toEqual(resources);
  return holdings;
}
