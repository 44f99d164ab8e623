// Messages of people who belong elsewhere: none arrives, whatever channel they name. [R7]
import { expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { connectClient } from '../support/room-client.js';
import { connectPair, joinerEvents } from '../support/room-pair.js';

it("[R7] to sit in a channel named like somebody's id overhears nothing", async () => {
  const { url } = await startParley();
  const { ann, bob, expectUndisturbed } = await connectPair(url);
  const cy = await connectClient(url);
  const dan = await connectClient(url);
  await cy.ask('create or join', ann.id);
  await dan.ask('create or join', bob.id);
  await expectUndisturbed();
  expect(await cy.socket.emitWithAck('check')).toBeUndefined();
  await dan.hears('created');
  expect(cy.heard).toEqual([['created', ann.id, cy.id]]);
  expect(dan.heard).toEqual([['created', bob.id, dan.id]]);
});

it('[R7] 300 who hear full can say nothing to the two inside', async () => {
  const { url } = await startParley();
  const { bob, channel, expectUndisturbed } = await connectPair(url);
  const crowd = await Promise.all(Array.from({ length: 20 }, () => connectClient(url)));
  for (const stranger of crowd) {
    for (let turn = 0; turn < 15; turn++) {
      stranger.say('create or join', channel);
      stranger.say('message', { channel, message: 'psst' });
    }
  }
  await Promise.all(crowd.map((stranger) => stranger.hears('refused', 15)));
  for (const stranger of crowd) {
    expect(stranger.names()).toEqual(Array.from({ length: 15 }, () => ['full', 'refused']).flat());
  }
  expect(bob.heard).toEqual(joinerEvents(channel, bob.id));
  await expectUndisturbed();
});
