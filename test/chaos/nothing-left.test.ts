// When everybody has gone, by whatever way, nothing is left of them: no socket, no timer, no room, on either side.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.js';
import { startBreakable } from './breakable.js';
import { createChance } from '../support/chance.js';
import { scaled } from '../support/scale.js';
import { ask, connectSocket, newSecret } from '../support/seat-client.js';
import { openTalker } from './talker.js';

const pairs = scaled(200, 15);
const graceMs = 200;
/** Engine.IO keeps a long-polling connection that it closes for 30 s if no request is open (`closeTimeout` in engine.io). */
const patienceMs = 60_000;

it(`${pairs} pairs that part in every way leave no socket, no timer and no room`, async () => {
  const before = openResources();
  const stage = await startBreakable(graceMs);
  const way = await startFaultProxy(Number(new URL(stage.url).port));

  async function meetAndPart(number: number): Promise<void> {
    const chance = createChance(`parting ${number}`);
    const channel = `room-${number}`;
    const ann = await openTalker(way.url, channel);
    const bob = await openTalker(way.url, channel);
    await Promise.all([ann.say(3), bob.say(3)]);
    // Some are cut while they part, some say Bye at the same time, some one after the other.
    if (chance.oneIn(2)) for (const path of way.paths()) if (chance.oneIn(10)) path.reset();
    await Promise.all([ann.channel.close(), chance.oneIn(2) && bob.channel.close()]);
    await bob.channel.close();
  }

  async function lookIn(number: number): Promise<void> {
    const chance = createChance(`looking in ${number}`);
    const socket = await connectSocket(stage.url);
    await ask(socket, `lobby-${number}`, chance.oneIn(2) ? {} : { resume: true, seat: newSecret() });
    socket.disconnect();
  }

  await Promise.all(
    Array.from({ length: pairs }, (_, number) => Promise.all([meetAndPart(number), lookIn(number)])),
  );
  await eventually(() => stage.rooms(), []);
  await eventually(() => way.paths(), []);
  await way.close();
  await stage.close();
  await eventually(() => leftOver(before), {});
});

/** What keeps this process alive: how many of each kind. */
function openResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What there is more of than before. */
function leftOver(before: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(openResources()).filter(([kind, count]) => count > (before[kind] ?? 0)),
  );
}

/** Looks again and again, with no timer of its own running while it looks. */
async function eventually<Value>(look: () => Value, wanted: Value): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (JSON.stringify(look()) !== JSON.stringify(wanted) && performance.now() < deadline) await pause(50);
  expect(look()).toEqual(wanted);
}
