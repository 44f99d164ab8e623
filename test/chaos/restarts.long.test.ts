// A single node that keeps rooms in its memory is killed and started again under a conversation.
import { expect, it } from 'vitest';
import { startServerProcess } from '../support/server-process.js';
import { createChance } from '../support/chance.js';
import { noteFigure } from '../support/figures.js';
import { countTo, judge, openTalker } from './talker.js';

const restarts = 200;
const mostAtOnce = 20;

it(`${restarts} restarts of a single node under chat: nothing is lost`, async (context) => {
  const chance = createChance('restarts');
  const server = await startServerProcess();
  const ann = await openTalker(server.url, 'room-42');
  const bob = await openTalker(server.url, 'room-42');
  const sent: Promise<void>[] = [];
  for (let restart = 0; restart < restarts; restart++) {
    for (const talker of [ann, bob]) sent.push(talker.say(chance.whole(1, mostAtOnce)));
    // Sometimes in the middle of the talk, sometimes after it, by force or in order.
    if (chance.oneIn(2)) await Promise.all(sent);
    if (chance.oneIn(3)) expect(await server.stop()).toBe(0);
    else await server.kill();
    for (const talker of [ann, bob]) sent.push(talker.say(chance.whole(1, mostAtOnce)));
    await server.startAgain();
    await Promise.all(sent);
  }
  noteFigure(context, `${restarts} restarts, ann to bob`, judge(bob.got, ann.said), '0 lost');
  noteFigure(context, `${restarts} restarts, bob to ann`, judge(ann.got, bob.said), '0 lost');
  expect(bob.got).toEqual(countTo(ann.said));
  expect(ann.got).toEqual(countTo(bob.said));
  expect([ann.entries.length, bob.entries.length]).toEqual([restarts + 1, restarts + 1]);
});
