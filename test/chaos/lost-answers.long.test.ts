// Clients that return again and again while some answers get lost: nobody is locked out by their own ghost.
import { expect, it } from 'vitest';
import { startServerProcess } from '../support/server-process.js';
import { createChance } from '../support/chance.js';
import { noteFigure } from '../support/figures.js';
import { closeSocketsAfterTest, createSeatClient } from '../support/seat-client.js';

const clients = 1000;
const returns = 100;
/** All in one process: with more it may not get to sending its request within the 5 s that the server gives (408). */
const clientsAtOnce = 250;
/** One answer in so many is lost. */
const oneLostIn = 100;

it(`[R20] [R21] ${clients} clients, ${returns} returns each, with lost answers: none is told "full"`, async (context) => {
  const server = await startServerProcess({ LOG_LEVEL: 'info' });
  closeSocketsAfterTest();
  const statuses = new Map<string, number>();
  let lost = 0;

  /** Two sit in each channel, so that a client that is not recognised is told "full". */
  async function comeAndGo(number: number): Promise<void> {
    const chance = createChance(`lost answers ${number}`);
    const client = createSeatClient(`room-${Math.floor(number / 2)}`);
    await client.enter(server.url);
    for (let turn = 0; turn < returns; turn++) {
      // Half of them come back before the server knows that they are gone.
      const before = client.socket;
      if (chance.oneIn(2)) client.drop();
      const isLost = chance.oneIn(oneLostIn);
      lost += Number(isLost);
      const { status } = isLost ? await client.enterUnanswered(server.url) : await client.enter(server.url);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      before?.disconnect();
    }
    // The last answer counts too: one more return, and nothing is in doubt.
    expect((await client.enter(server.url)).status).toBe('resumed');
  }

  for (let first = 0; first < clients; first += clientsAtOnce) {
    await Promise.all(Array.from({ length: clientsAtOnce }, (_, index) => comeAndGo(first + index)));
  }
  noteFigure(
    context,
    `returns of ${clients} clients, ${lost} answers lost: told "full"`,
    statuses.get('full') ?? 0,
    '0',
  );
  expect(lost).toBeGreaterThan(0);
  expect(Object.fromEntries(statuses)).toEqual({ resumed: clients * returns });
});
