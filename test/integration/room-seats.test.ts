// Seats that survive their connection, over both transports: away and back, taken over, rotated, run out. [R20] to [R23]
import { describe, expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { connectClient, transports } from '../support/room-client.js';
import { arrivalEvents, initiatorEvents, joinerEvents } from '../support/room-pair.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'room-42';

describe.each(transports)('over %s', (transport) => {
  const sit = (url: string, ...options: Parameters<typeof kept>) =>
    takeSeat(url, transport, channel, kept(...options));

  it('[R22] a drop is heard as away, a return as back, and the conversation goes on', async () => {
    const { url } = await startParley();
    const { client: ann } = await sit(url, 'a1', { me: 'ia' });
    const { client: bob } = await sit(url, 'b1', { me: 'ib' });
    await ann.hears('ready');
    drop(bob);
    await ann.hears('peer away');
    ann.say('message', 'to nobody');
    const { client: back, answer } = await sit(url, 'b1', { me: 'ib' });
    expect(answer).toMatchObject({
      status: 'resumed',
      role: 'joiner',
      peer: { id: ann.id, me: 'ia', presence: 'here' },
    });
    expect(await ann.hears('peer back')).toEqual([{ me: 'ib' }]);
    ann.say('message', 'welcome back');
    back.say('response', 'thank you');
    await Promise.all([back.hears('message'), ann.hears('response')]);
    expect(back.heard).toEqual([['message', 'welcome back']]);
    expect(ann.names().slice(4)).toEqual(['ready', 'peer away', 'peer back', 'response']);
  });

  it('[R21] the secret wins over the old connection in one round trip, and the old one is fenced off', async () => {
    const { url } = await startParley();
    const { client: ann } = await sit(url, 'a1');
    const { client: bob } = await sit(url, 'b1');
    await ann.hears('ready');
    const { client: newAnn, answer } = await sit(url, 'a1');
    // Said at once, perhaps before the old connection has heard that it is over.
    ann.say('message', 'from the old connection');
    ann.say('Bye', channel);
    expect(answer).toMatchObject({ status: 'resumed', role: 'initiator', peer: { id: bob.id } });
    expect(await ann.ended).toBe('io server disconnect');
    expect(ann.heard.at(-1)).toEqual(['taken-over']);
    newAnn.say('message', 'from the new one');
    await bob.hears('message');
    bob.say('message', 'to the new one');
    await newAnn.hears('message');
    expect(bob.heard).toEqual([
      ...joinerEvents(channel, bob.id),
      ['peer back', {}],
      ['message', 'from the new one'],
    ]);
    expect(newAnn.heard).toEqual([['message', 'to the new one']]);
    expect(ann.heard).toEqual([...initiatorEvents(channel, ann.id, bob.id), ['taken-over']]);
  });

  it('[R21] a request that was given up and arrives late is stale, and takes nothing', async () => {
    const { url } = await startParley();
    const { client: bob } = await sit(url, 'b1');
    const { client: ann } = await sit(url, 'a1', { me: 'ia', attempt: 2 });
    const { client: late, answer } = await sit(url, 'a1', { me: 'ia', attempt: 1 });
    expect(answer).toMatchObject({ status: 'refused', code: 'stale', peer: null });
    expect(await late.hears('refused')).toMatchObject([{ event: 'create or join', code: 'stale' }]);
    bob.say('message', 'still there?');
    await ann.hears('message');
    expect(ann.names()).toEqual(['joined', 'ready', 'message']);
    expect(await enter(late, channel, kept('a1', { me: 'ia', attempt: 3 }))).toMatchObject({
      status: 'resumed',
    });
  });

  it('[R20] lost answers lock nobody out: the old secret holds until the next one was used', async () => {
    const { url } = await startParley();
    await sit(url, 'b1');
    for (const next of ['a2', 'a2 again', 'a2 a third time']) {
      const { answer } = await sit(url, 'a1', { next });
      expect(answer.status).toBe(next === 'a2' ? 'joined' : 'resumed');
    }
    // The newest of the lost answers did arrive: from here on the first secret is nobody's.
    const { answer } = await sit(url, 'a2 a third time', { next: 'a3' });
    expect(answer).toMatchObject({ status: 'resumed', role: 'joiner' });
    for (const replaced of ['a1', 'a2', 'a2 again']) {
      expect((await sit(url, replaced)).answer.status).toBe('full');
    }
    expect((await sit(url, 'a3')).answer.status).toBe('resumed');
  });

  it('[R20] a secret that was replaced enters like anybody where there is room', async () => {
    const { url } = await startParley();
    await sit(url, 'a1', { next: 'a2' });
    await sit(url, 'a2', { next: 'a3' });
    expect((await sit(url, 'a1')).answer).toMatchObject({ status: 'joined', role: 'joiner' });
  });

  it.each([
    ['a secret without resume', { seat: 'a1' }],
    ['resume without a secret', { resume: true }],
    ['resume false', { resume: false, seat: 'a1', next: 'a2' }],
  ])('[R13] [R20] %s keeps nothing', async (_what, options) => {
    const { url } = await startParley();
    const { client: bob } = await sit(url, 'b1');
    const { client: ann } = await takeSeat(url, transport, channel, options);
    drop(ann);
    await bob.hears('bye');
    expect(bob.names().slice(-2)).toEqual(['peer gone', 'bye']);
    expect((await sit(url, 'a1')).answer.status).toBe('joined');
  });

  it('[R13] [R22] when the grace is over the other hears what it would hear at once without a secret', async () => {
    const { url } = await startParley({ graceMs: 200 });
    const { client: ann } = await sit(url, 'a1');
    const { client: bob } = await sit(url, 'b1');
    await bob.hears('ready');
    drop(ann);
    await bob.hears('bye');
    expect(bob.heard).toEqual([
      ...joinerEvents(channel, bob.id),
      ['peer away'],
      ['peer gone'],
      ['created', channel, bob.id],
      ['bye', channel],
    ]);
    const { answer } = await sit(url, 'a1');
    expect(answer).toMatchObject({ status: 'joined', peer: { id: bob.id, presence: 'here' } });
  });

  it('[R22] both away: each seat waits for its own, and runs out by itself', async () => {
    const { url } = await startParley({ graceMs: 3000 });
    const { client: ann } = await sit(url, 'a1');
    const { client: bob } = await sit(url, 'b1');
    await ann.hears('ready');
    drop(bob);
    await ann.hears('peer away');
    drop(ann);
    const cy = await connectClient(url, { transport });
    expect((await enter(cy, channel)).status).toBe('full');
    const { client: bobAgain, answer } = await sit(url, 'b1');
    expect(answer).toMatchObject({ status: 'resumed', role: 'joiner', peer: { id: ann.id } });
    await bobAgain.hears('bye');
    const [, ...untilGone] = bobAgain.names().reverse();
    expect(untilGone.slice(0, 2)).toEqual(['created', 'peer gone']);
    expect((await enter(cy, channel)).status).toBe('joined');
  });

  it('[R23] a newcomer joins one who is away, who hears of it when it returns', async () => {
    const { url } = await startParley();
    const { client: ann } = await sit(url, 'a1', { me: 'ia' });
    drop(ann);
    // Until the server has seen that ann is gone she is here, so the presence is asked for by entering again.
    const { client: bob, answer: first } = await joinOneWhoIsAway(url);
    expect(first).toMatchObject({
      status: 'joined',
      role: 'joiner',
      peer: { id: ann.id, me: 'ia', presence: 'away' },
    });
    bob.say('message', 'to nobody');
    const { client: back, answer } = await sit(url, 'a1', { me: 'ia' });
    expect(answer).toMatchObject({
      status: 'resumed',
      role: 'initiator',
      peer: { id: bob.id, presence: 'here' },
    });
    await bob.hears('ready');
    bob.say('message', 'there you are');
    await back.hears('message');
    expect(back.heard).toEqual([...arrivalEvents(channel, bob.id), ['message', 'there you are']]);
    expect(bob.heard).toEqual([
      ['joined', channel, bob.id],
      ['peer back', { me: 'ia' }],
      ['ready', channel, { me: 'ia' }],
    ]);

    async function joinOneWhoIsAway(at: string): ReturnType<typeof takeSeat> {
      for (;;) {
        const seated = await takeSeat(at, transport, channel);
        if (seated.answer.peer?.presence === 'away') return seated;
        seated.client.socket.disconnect();
      }
    }
  });

  it('[R6] [R22] GRACE_MS 0 keeps nothing, says so, and a secret enters like anybody', async () => {
    const { url } = await startParley({ graceMs: 0 });
    const { client: ann, answer } = await sit(url, 'a1');
    expect(answer).toMatchObject({ status: 'created', graceMs: 0 });
    const { client: bob } = await sit(url, 'b1');
    drop(bob);
    await ann.hears('bye');
    expect(ann.names().slice(-2)).toEqual(['peer gone', 'bye']);
    expect((await sit(url, 'b1')).answer).toMatchObject({ status: 'joined', graceMs: 0 });
    // Who is still here can be taken over all the same.
    expect((await sit(url, 'a1')).answer).toMatchObject({ status: 'resumed', role: 'initiator' });
  });
});
