// Who gets a seat and what everybody hears of it, over both transports. [R1] to [R6]
import { describe, expect, it } from 'vitest';
import { refusals } from '../../server/protocol/refusals.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports } from '../support/room-client.js';
import { arrivalEvents, connectPair, initiatorEvents, joinerEvents } from '../support/room-pair.js';

const times = { heartbeatMs: 7000, graceMs: 8000 };

describe.each(transports)('over %s', (transport) => {
  it('[R3] [R4] the first is the initiator, the second the joiner, each event in its place', async () => {
    const { url } = await startParley();
    const { ann, bob, expectUndisturbed } = await connectPair(url, { transport }, 'Test');
    expect(ann.heard).toEqual(initiatorEvents('Test', ann.id, bob.id));
    expect(bob.heard).toEqual(joinerEvents('Test', bob.id));
    await expectUndisturbed();
  });

  it('[R5] the third hears full, may ask again, and gets in when there is room', async () => {
    const { url } = await startParley();
    const { ann, bob, channel, expectUndisturbed } = await connectPair(url, { transport });
    const cy = await connectClient(url, { transport });
    cy.say('create or join', channel);
    cy.say('create or join', channel);
    await cy.hears('full', 2);
    await expectUndisturbed();
    bob.socket.disconnect();
    await ann.hears('bye');
    cy.say('create or join', channel);
    await cy.hears('ready');
    expect(cy.heard).toEqual([['full', channel], ['full', channel], ...joinerEvents(channel, cy.id)]);
  });

  it('[R2] who asks again for its own channel hears the same answer, and nobody else hears anything', async () => {
    const { url } = await startParley();
    const ann = await connectClient(url, { transport });
    ann.say('create or join', 'Test');
    ann.say('create or join', 'Test');
    await ann.hears('created', 2);
    const bob = await connectClient(url, { transport });
    bob.say('create or join', 'Test');
    bob.say('create or join', 'Test');
    await bob.hears('joined', 2);
    ann.say('create or join', 'Test');
    await ann.hears('created', 3);
    ann.say('message', { channel: 'Test', message: 'hi' });
    await bob.hears('message');
    const created = ['created', 'Test', ann.id];
    expect(ann.heard).toEqual([created, created, ...arrivalEvents('Test', bob.id), created]);
    expect(bob.heard).toEqual([
      ...joinerEvents('Test', bob.id),
      ['joined', 'Test', bob.id],
      ['message', 'hi'],
    ]);
  });

  it('[R2] a second channel is refused, and the seat in the first is kept', async () => {
    const { url } = await startParley();
    const { ann, bob, channel } = await connectPair(url, { transport });
    bob.say('create or join', 'elsewhere');
    await bob.hears('refused');
    ann.say('message', 'still here?');
    await bob.hears('message');
    expect(bob.heard.slice(2)).toEqual([
      ['refused', { event: 'create or join', ...refusals.hasSeat(channel) }],
      ['message', 'still here?'],
    ]);
    const cy = await connectClient(url, { transport });
    expect(await cy.ask('create or join', 'elsewhere')).toMatchObject({ status: 'created' });
  });

  it('[R1] names that are equal after NFC meet, and each hears the name as it wrote it', async () => {
    const { url } = await startParley();
    const ann = await connectClient(url, { transport });
    const bob = await connectClient(url, { transport });
    const [decomposed, composed] = ['cafe\u0301', 'caf\u00e9'];
    ann.say('create or join', decomposed);
    await ann.hears('created');
    bob.say('create or join', composed);
    await bob.hears('ready');
    bob.say('message', { channel: decomposed, message: 'hi' });
    await ann.hears('message');
    expect(ann.heard).toEqual([...initiatorEvents(decomposed, ann.id, bob.id), ['message', 'hi']]);
    expect(bob.heard).toEqual(joinerEvents(composed, bob.id));
  });

  it.each(['__proto__', 'constructor', 'toString', ' ', '<i>', 'שלום', '😀', '*'])(
    '[R1] %s is a name like any other',
    async (name) => {
      const { url } = await startParley();
      const { expectUndisturbed } = await connectPair(url, { transport }, name);
      await expectUndisturbed();
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it('[R6] the answer comes to the acknowledgement first, and the events come all the same', async () => {
    const { url } = await startParley({ heartbeatMs: 7000, graceMs: 8000 });
    const ann = await connectClient(url, { transport });
    const bob = await connectClient(url, { transport });
    const cy = await connectClient(url, { transport });
    const heardAtAnswer: number[] = [];
    const enter = async (who: typeof ann, ...options: unknown[]): Promise<unknown> => {
      const answer = await new Promise((resolve) => {
        who.say('create or join', 'Test', ...options, (given: unknown) => {
          heardAtAnswer.push(who.heard.length);
          resolve(given);
        });
      });
      await who.hears(who === cy ? 'full' : who === bob ? 'joined' : 'created');
      return answer;
    };
    const self = { status: 'created', role: 'initiator', peer: null, ...times, iceServers: [] };
    expect(await enter(ann, { me: 'a1', resume: true, seat: 's', next: 'n' })).toEqual(self);
    expect(await enter(bob, { me: 'b1' })).toEqual({
      status: 'joined',
      role: 'joiner',
      peer: { id: ann.id, me: 'a1', presence: 'here' },
      ...times,
      iceServers: [],
    });
    expect(await enter(cy, null)).toEqual({ status: 'full', peer: null, ...times });
    expect(heardAtAnswer).toEqual([0, 0, 0]);
    expect(await ann.ask('create or join', 'Test')).toEqual({
      ...self,
      peer: { id: bob.id, me: 'b1', presence: 'here' },
    });
    expect(await ann.hears('ready')).toEqual(['Test', { me: 'b1' }]);
    expect(await bob.hears('ready')).toEqual(['Test', { me: 'a1' }]);
  });

  it('[R6] a refusal reaches the acknowledgement too', async () => {
    const { url } = await startParley({ heartbeatMs: 7000, graceMs: 8000 });
    const ann = await connectClient(url, { transport });
    const { code, message, limit } = refusals.badChannel();
    expect(await ann.ask('create or join', '')).toEqual({
      status: 'refused',
      peer: null,
      code,
      message,
      ...times,
    });
    expect(await ann.hears('refused')).toEqual([{ event: 'create or join', code, message, limit }]);
  });
});

describe('different transports', () => {
  it('[R4] a WebSocket and a long-polling peer talk', async () => {
    const { url } = await startParley();
    const ann = await connectClient(url, { transport: 'polling' });
    const bob = await connectClient(url, { transport: 'websocket' });
    ann.say('create or join', 'Test');
    await ann.hears('created');
    bob.say('create or join', 'Test');
    await bob.hears('ready');
    bob.say('message', 'from bob');
    await ann.hears('message');
    ann.say('response', 'from ann');
    await bob.hears('response');
    expect(ann.heard).toEqual([...initiatorEvents('Test', ann.id, bob.id), ['message', 'from bob']]);
    expect(bob.heard).toEqual([...joinerEvents('Test', bob.id), ['response', 'from ann']]);
  });

  it('[R5] of 60 who ask at once, two are paired and 58 hear full', async () => {
    const { url } = await startParley();
    const people = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        connectClient(url, { transport: transports[index % 2] ?? 'websocket' }),
      ),
    );
    const answers = await Promise.all(
      people.map(async (person) => (await person.ask('create or join', 'Test')) as { status: string }),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual(['created', ...Array.from({ length: 58 }, () => 'full'), 'joined']);
  });
});
