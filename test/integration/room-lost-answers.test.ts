// A seat that was taken in the store, and nobody heard of it: it is never left behind, and never taken twice.
import { describe, expect, it } from 'vitest';
import { connectClient } from '../support/room-client.js';
import { arrivalEvents } from '../support/room-pair.js';
import { startRoomServer } from '../support/room-server.js';
import { drop, enter, kept } from '../support/seated-client.js';
import { createSteeredStore } from '../support/steered-store.js';

const lost = new Error('the answer is lost');

async function scene() {
  const store = createSteeredStore();
  const { url } = await startRoomServer(store);
  const [ann, bob] = [await connectClient(url), await connectClient(url)];
  store.loseNext(lost);
  expect(await enter(ann, 'Test')).toMatchObject({ status: 'refused', code: 'unavailable' });
  return { store, url, ann, bob };
}

describe('a seat that its holder does not know of', () => {
  it('[R31] is the same seat when it asks again', async () => {
    const { url, ann } = await scene();
    expect(await enter(ann, 'Test')).toMatchObject({ status: 'created', peer: null });
    const bob = await connectClient(url);
    expect(await enter(bob, 'Test')).toMatchObject({ status: 'joined', peer: { id: ann.id } });
    await ann.hears('ready');
    expect(ann.heard.slice(1)).toEqual([['created', 'Test', ann.id], ...arrivalEvents('Test', bob.id)]);
  });

  it('[R31] is given up by itself when it does not, and whoever came meanwhile hears it', async () => {
    const { ann, bob } = await scene();
    expect(await enter(bob, 'Test')).toMatchObject({ status: 'joined' });
    await Promise.all([ann.hears('refused'), bob.hears('bye')]);
    expect(bob.names()).toEqual(['joined', 'ready', 'peer gone', 'created', 'bye']);
    expect(ann.names()).toEqual(['refused']);
    expect(await enter(ann, 'Test')).toMatchObject({ status: 'joined', peer: { id: bob.id } });
  });

  it('[R31] is free at once when it goes elsewhere, or ends', async () => {
    const { store, url, ann } = await scene();
    expect(await enter(ann, 'Elsewhere')).toMatchObject({ status: 'created' });
    const bob = await connectClient(url);
    expect(await enter(bob, 'Test')).toMatchObject({ status: 'created' });
    const cy = await connectClient(url);
    store.loseNext(lost);
    expect(await enter(cy, 'Third')).toMatchObject({ code: 'unavailable' });
    drop(cy);
    await expect
      .poll(async () => {
        const dan = await connectClient(url);
        const { status } = await enter(dan, 'Third');
        drop(dan);
        return status;
      })
      .toBe('created');
  });
});

describe('news that nobody heard of', () => {
  it('[R31] of one who joined reach the other, once the joiner asks again', async () => {
    const store = createSteeredStore();
    const { url } = await startRoomServer(store);
    const ann = await connectClient(url);
    await enter(ann, 'Test');
    const bob = await connectClient(url);
    store.loseNext(lost);
    expect(await enter(bob, 'Test')).toMatchObject({ code: 'unavailable' });
    expect(await enter(bob, 'Test')).toMatchObject({ status: 'joined', peer: { id: ann.id } });
    await ann.hears('ready');
    await bob.hears('ready');
    ann.say('message', 'hi');
    await bob.hears('message');
    expect(ann.heard).toEqual([['created', 'Test', ann.id], ...arrivalEvents('Test', bob.id)]);
    expect(bob.names()).toEqual(['refused', 'joined', 'ready', 'message']);
  });

  it('[R31] of a seat that was taken back reach both, once it is asked for again', async () => {
    const store = createSteeredStore();
    const { url } = await startRoomServer(store);
    const ann = await connectClient(url);
    await enter(ann, 'Test', kept('a1', { me: 'ia' }));
    const bob = await connectClient(url);
    await enter(bob, 'Test');
    await ann.hears('ready');
    const again = await connectClient(url);
    store.loseNext(lost);
    expect(await enter(again, 'Test', kept('a1', { me: 'ia' }))).toMatchObject({ code: 'unavailable' });
    expect(await enter(again, 'Test', kept('a1', { me: 'ia' }))).toMatchObject({ role: 'initiator' });
    await bob.hears('peer back');
    again.say('message', 'hi');
    await bob.hears('message');
    expect(await ann.ended).toBe('transport close');
    expect(bob.names()).toEqual(['joined', 'ready', 'peer back', 'message']);
  });
});
