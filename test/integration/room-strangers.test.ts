// Messages of people who belong elsewhere: none arrives, whatever channel they name. [R7]
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { startParley } from '../support/parley.js';
import { connectClient } from '../support/room-client.js';
import { connectPair, joinerEvents } from '../support/room-pair.js';

it("[R7] 1,000 tries with other people's ids and channels for names: none is delivered", async () => {
  const { url } = await startParley();
  const { ann, bob, channel, expectUndisturbed } = await connectPair(url);
  const victims = [ann.id, bob.id, channel, ` ${channel}`, `/${channel}`, `/#${ann.id}`];
  const strangers = await Promise.all(
    victims.slice(0, 2).flatMap((id) => [connectClient(url), connectClient(url)].map((c) => sit(c, id))),
  );
  const tries = fc.sample(
    fc.record({
      who: fc.nat(strangers.length - 1),
      event: fc.constantFrom('message', 'response', 'received', 'Bye', 'bye', 'create or join'),
      name: fc.constantFrom(...victims),
    }),
    1000,
  );
  let refused = 0;
  for (const { who, event, name } of tries) {
    const { client, own } = strangers[who] ?? { own: '' };
    if (event === 'Bye' && name === own) continue;
    if (event === 'received') client?.say(event, { channel: name, upTo: 1, from: 'x', to: 'y' });
    else if (event === 'message' || event === 'response')
      client?.say(event, { channel: name, message: 'psst' });
    else client?.say(event, name);
    if (name !== own && event !== 'bye') refused += 1;
  }
  // `check` would overtake what waits; this comes after all of it.
  await Promise.all(strangers.map(({ client, own }) => client.ask('create or join', own)));
  const refusals = strangers.flatMap(({ client }) => client.heard.filter(([event]) => event === 'refused'));
  expect(refusals).toHaveLength(refused);
  await expectUndisturbed();
});

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

interface Stranger {
  client: Awaited<ReturnType<typeof connectClient>>;
  own: string;
}

async function sit(connecting: ReturnType<typeof connectClient>, own: string): Promise<Stranger> {
  const client = await connecting;
  await client.ask('create or join', own);
  return { client, own };
}
