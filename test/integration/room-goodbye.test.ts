// How a conversation ends, and what becomes of the channel, over both transports. [R10] to [R13]
import { describe, expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { connectClient, transports } from '../support/room-client.js';
import { connectPair, initiatorEvents, joinerEvents } from '../support/room-pair.js';

const byServer = 'io server disconnect';
const bye = ['Bye', { reason: 'said' }];

describe.each(transports)('over %s', (transport) => {
  it.each(['initiator', 'joiner'])(
    '[R10] [R11] the %s says Bye, the other Ack: the channel is as new',
    async (who) => {
      const { url } = await startParley();
      const { ann, bob, channel } = await connectPair(url, { transport });
      const [leaver, other] = who === 'initiator' ? [ann, bob] : [bob, ann];
      const heardByLeaver = [...leaver.heard];
      const heardByOther = [...other.heard];
      leaver.say('Bye', channel);
      expect(await leaver.ended).toBe(byServer);
      await other.hears('Bye');
      other.say('Ack');
      expect(await other.ended).toBe(byServer);
      expect(leaver.heard).toEqual(heardByLeaver);
      expect(other.heard).toEqual([...heardByOther, bye]);
      const next = await connectPair(url, { transport }, channel);
      await next.expectUndisturbed();
    },
  );

  it('[R10] Bye while alone frees the channel', async () => {
    const { url } = await startParley();
    const ann = await connectClient(url, { transport });
    ann.say('create or join', 'Test');
    ann.say('Bye', 'Test');
    expect(await ann.ended).toBe(byServer);
    expect(ann.heard).toEqual([['created', 'Test', ann.id]]);
    const bob = await connectClient(url, { transport });
    expect(await bob.ask('create or join', 'Test')).toMatchObject({ status: 'created' });
  });

  it('[R5] [R9] [R11] while one is leaving a newcomer hears full and messages go nowhere', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    ann.say('Bye', channel);
    await bob.hears('Bye');
    bob.say('message', 'wait!');
    bob.say('message', { channel, message: 'wait!' });
    const cy = await connectClient(url, { transport });
    expect(await cy.ask('create or join', channel)).toMatchObject({ status: 'full' });
    await cy.hears('full');
    expect(await bob.ask('create or join', channel)).toMatchObject({ status: 'joined', peer: null });
    bob.say('Ack');
    await bob.ended;
    cy.say('create or join', channel);
    await cy.hears('created');
    expect(cy.heard).toEqual([
      ['full', channel],
      ['created', channel, cy.id],
    ]);
    expect(bob.heard).toEqual([...joinerEvents(channel, bob.id), bye, ['joined', channel, bob.id]]);
  });

  it('[R11] two Byes that cross count as Bye and Ack', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    ann.say('Bye', channel);
    bob.say('Bye', channel);
    expect(await Promise.all([ann.ended, bob.ended])).toEqual([byServer, byServer]);
    const cy = await connectClient(url, { transport });
    expect(await cy.ask('create or join', channel)).toMatchObject({ status: 'created' });
  });

  it('[R11] an Ack without a Bye before it means nothing', async () => {
    const { url } = await startParley();
    const { ann, bob, expectUndisturbed } = await connectPair(url, { transport });
    const cy = await connectClient(url, { transport });
    for (const person of [ann, bob, cy]) person.say('Ack');
    await expectUndisturbed();
    expect(await cy.socket.emitWithAck('check')).toBeUndefined();
    expect(cy.heard).toEqual([]);
  });

  it('[R12] without an Ack the server ends the other after ACK_TIMEOUT_MS, and the channel is as new', async () => {
    const { url } = await startParley({ ackTimeoutMs: 200 });
    const { ann, bob, channel } = await connectPair(url, { transport });
    const saidAt = performance.now();
    ann.say('Bye', channel);
    await bob.hears('Bye');
    expect(await bob.ended).toBe(byServer);
    expect(performance.now() - saidAt).toBeGreaterThan(190);
    const cy = await connectClient(url, { transport });
    expect(await cy.ask('create or join', channel)).toMatchObject({ status: 'created' });
  });

  it('[R13] the joiner vanishes: the initiator stays, and the next one is paired with it', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    bob.socket.disconnect();
    await ann.hears('bye');
    ann.say('message', 'to nobody');
    const cy = await connectClient(url, { transport });
    cy.say('create or join', channel);
    await cy.hears('ready');
    ann.say('message', 'to cy');
    await Promise.all([ann.hears('ready', 2), cy.hears('message')]);
    const [, ...cyArrives] = initiatorEvents(channel, ann.id, cy.id);
    expect(ann.heard).toEqual([
      ...initiatorEvents(channel, ann.id, bob.id),
      ['peer gone'],
      ['bye', channel],
      ...cyArrives,
    ]);
    expect(cy.heard).toEqual([...joinerEvents(channel, cy.id), ['message', 'to cy']]);
  });

  it('[R13] the initiator vanishes: the joiner is the initiator now, and the next one joins it', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    ann.socket.disconnect();
    await bob.hears('bye');
    const cy = await connectClient(url, { transport });
    expect(await cy.ask('create or join', channel)).toMatchObject({
      status: 'joined',
      peer: { id: bob.id, presence: 'here' },
    });
    await bob.hears('ready', 2);
    const [, ...cyArrives] = initiatorEvents(channel, bob.id, cy.id);
    expect(bob.heard).toEqual([
      ...joinerEvents(channel, bob.id),
      ['peer gone'],
      ['created', channel, bob.id],
      ['bye', channel],
      ...cyArrives,
    ]);
  });

  it('[R13] the one who was left alone may vanish too, and the channel is as new', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    ann.socket.disconnect();
    await bob.hears('bye');
    bob.say('Bye', channel);
    expect(await bob.ended).toBe(byServer);
    const cy = await connectClient(url, { transport });
    expect(await cy.ask('create or join', channel)).toMatchObject({ status: 'created' });
  });

  it('[R13] in a parting channel the end of the connection counts as Ack', async () => {
    const { url } = await startParley({ ackTimeoutMs: 0 });
    const { ann, bob, channel } = await connectPair(url, { transport });
    ann.say('Bye', channel);
    await bob.hears('Bye');
    bob.socket.disconnect();
    const cy = await connectClient(url, { transport });
    let status = 'full';
    while (status === 'full') ({ status } = (await cy.ask('create or join', channel)) as { status: string });
    expect(status).toBe('created');
  });

  it('[R13] the codelab hang-up, bye, means nothing by itself', async () => {
    const { url } = await startParley();
    const { ann, bob, channel, expectUndisturbed } = await connectPair(url, { transport });
    ann.say('bye', channel);
    bob.say('ipaddr');
    await expectUndisturbed();
  });
});
