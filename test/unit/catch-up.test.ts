// When a room channel knows that it has heard everything: for a page that stood still, in a prompt.
import { expect, it } from 'vitest';
import { openRoomChannel } from '../../client/rooms/room-session.js';
import { randomId } from '../../client/transport/resume-tokens.js';
import { createFakePage, createFakeStorage } from '../support/fake-page.js';
import { createFakeServer } from '../support/fake-room-transport.js';
import { createHeldClock, settle } from '../support/held-clock.js';

async function open() {
  const server = createFakeServer();
  const clock = createHeldClock();
  const opening = openRoomChannel({
    server: randomId(),
    channel: 'red',
    openTransport: server.openTransport,
    clock,
    unreachableAfterMs: 10_000,
    page: createFakePage(),
    storage: createFakeStorage(),
  });
  server.newest().letIn();
  const channel = await opening;
  const told: string[] = [];
  const wait = (name: string): void => void channel.caughtUp().then(() => told.push(name));
  const checks = () => server.newest().said.filter(([event]) => event === 'check').length;
  return { server, clock, channel, told, wait, checks };
}

it("it has caught up at the server's answer, which comes after all that was said before", async () => {
  const { server, told, wait, checks } = await open();
  wait('ann');
  await settle();
  expect([checks(), told]).toEqual([1, []]);
  server.newest().answerCheck();
  await settle();
  expect(told).toEqual(['ann']);
});

it('over a drop it asks again, and has caught up at the answer to that', async () => {
  const { server, clock, told, wait, checks } = await open();
  wait('before the drop');
  server.newest().drop();
  wait('during the drop');
  await clock.advance(0);
  server.newest().letIn({ status: 'resumed' });
  await settle();
  expect([checks(), told]).toEqual([2, []]);
  server.newest().answerCheck();
  await settle();
  expect(told).toEqual(['during the drop']);
});

it('when the channel is closed, there is nothing more to be heard', async () => {
  const { server, channel, told, wait } = await open();
  wait('before');
  server.newest().hear('taken-over');
  await channel.closed;
  wait('after');
  await settle();
  expect(told).toEqual(['before', 'after']);
});
