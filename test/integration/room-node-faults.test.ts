// Nodes that die, nodes that are cut off, and a Redis that falls silent: who hears what, how soon, and never three.
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { ask } from '../support/http-ask.js';
import { connectClient } from '../support/room-client.js';
import { connectPair, joinerEvents } from '../support/room-pair.js';
import { becomesSo, startRoomNodes } from '../support/room-nodes.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

const arrived = ['created', 'remotePeerJoining', 'join', 'broadcast: joined', 'ready'];

describe('a node that dies', () => {
  it('[R32] frees the seats that nobody can take back, and leaves the others away for one who has the secret', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    const ann = await connectClient(one.url);
    const bob = await connectClient(two.url);
    await enter(ann, 'Free');
    await enter(bob, 'Free');
    await takeSeat(one.url, 'websocket', 'Kept', kept('a1', { me: 'ia' }));
    const { client: dan } = await takeSeat(two.url, 'websocket', 'Kept', kept('b1', { me: 'ib' }));
    await Promise.all([bob.hears('ready'), dan.hears('ready')]);
    const dying = one.die();
    await Promise.all([
      becomesSo(() => bob.names().includes('bye')),
      becomesSo(() => dan.names().includes('peer away')),
    ]);
    expect(bob.heard).toEqual([
      ...joinerEvents('Free', bob.id),
      ['peer gone'],
      ['created', 'Free', bob.id],
      ['bye', 'Free'],
    ]);
    const cy = await connectClient(three.url);
    expect(await enter(cy, 'Kept')).toMatchObject({ status: 'full' });
    const back = await takeSeat(three.url, 'websocket', 'Kept', kept('a1', { me: 'ia' }));
    expect(back.answer).toMatchObject({ status: 'resumed', role: 'initiator', peer: { me: 'ib' } });
    await dan.hears('peer back');
    back.client.say('message', 'again');
    await dan.hears('message');
    expect(dan.names()).toEqual(['joined', 'ready', 'peer away', 'peer back', 'message']);
    await dying;
  });

  it('[R32] gives the grace from the moment at which its lease ran out, and then the channel is open', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes({ graceMs: 500 });
    await takeSeat(one.url, 'websocket', 'Test', kept('a1'));
    await one.die();
    const cy = await connectClient(two.url);
    // Paired with the one who is away, or alone: it is never told that the channel is full.
    const { status } = await enter(cy, 'Test');
    expect(['joined', 'created']).toContain(status);
    await becomesSo(() => status === 'created' || cy.names().includes('bye'));
  });

  it('[R27] that ends in good order has given its seats up before it is closed', async () => {
    const {
      redis,
      nodes: [one, two],
    } = await startRoomNodes();
    const ann = await connectClient(one.url);
    const { client: bob } = await takeSeat(two.url, 'websocket', 'Test', kept('b1'));
    await enter(ann, 'Test');
    await bob.hears('ready');
    await one.parley.close();
    expect(await redis.cli('get', 'parley:room:Test')).not.toContain(ann.id);
    await Promise.all([ann.hears('draining'), bob.hears('bye')]);
    expect(ann.names().at(-1)).toBe('draining');
    const cy = await connectClient(two.url);
    expect(await enter(cy, 'Test')).toMatchObject({ status: 'joined' });
  });
});

describe('a node that is cut off', () => {
  it('[R33] grants nothing and lets its own pairs talk on; then it takes up the seats that were not given away', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    const local = await connectPair(one.url, {}, 'local');
    const { client: ann } = await takeSeat(one.url, 'websocket', 'Kept', kept('a1', { me: 'ia' }));
    const { client: bob } = await takeSeat(two.url, 'websocket', 'Kept', kept('b1', { me: 'ib' }));
    const eve = await connectClient(one.url);
    const fay = await connectClient(two.url);
    await enter(eve, 'Free');
    await enter(fay, 'Free');
    await Promise.all([ann.hears('ready'), eve.hears('ready'), fay.hears('ready')]);
    one.cutOff();
    await becomesSo(async () => (await one.readiness()) === 'redis');
    await Promise.all([
      becomesSo(() => bob.names().includes('peer away')),
      becomesSo(() => fay.names().includes('bye')),
    ]);
    await local.expectUndisturbed();
    const cy = await connectClient(one.url);
    expect(await enter(cy, 'new')).toMatchObject({ status: 'refused', code: 'unavailable' });
    const gus = await connectClient(three.url);
    expect(await enter(gus, 'Free')).toMatchObject({ status: 'joined' });
    await gus.hears('ready');
    eve.say('message', 'to whom?');
    one.comeBack();
    await becomesSo(async () => (await one.readiness()) === 'ready');
    await bob.hears('peer back');
    await local.expectUndisturbed();
    bob.say('message', 'still there?');
    await ann.hears('message');
    ann.say('message', 'yes');
    await bob.hears('message');
    expect(ann.names()).toEqual([...arrived, 'message']);
    expect(bob.names()).toEqual(['joined', 'ready', 'peer away', 'peer back', 'message']);
    expect(await enter(cy, 'new')).toMatchObject({ status: 'created' });
    // Eve's seat was given away: her connection is closed, so that her client comes back.
    expect(await eve.ended).toBe('transport close');
    fay.say('message', 'to gus');
    await gus.hears('message');
    gus.say('message', 'to fay');
    await fay.hears('message');
    expect(fay.heard.filter(([event]) => event === 'message')).toEqual([['message', 'to fay']]);
    expect(eve.names()).toEqual(arrived);
  });

  it('[R33] gives up the seat of somebody who left meanwhile', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes();
    const { client: ann } = await takeSeat(one.url, 'websocket', 'Test', kept('a1'));
    const { client: bob } = await takeSeat(two.url, 'websocket', 'Test', kept('b1'));
    await ann.hears('ready');
    one.cutOff();
    drop(ann);
    one.comeBack();
    await becomesSo(() => bob.names().includes('peer away'));
    expect(bob.names()).toEqual(['joined', 'ready', 'peer away']);
  });
});

describe('a Redis that falls silent', () => {
  it('[R33] makes joins fail and readiness red while it is silent, and nothing is lost when it is back', async () => {
    const { redis, nodes } = await startRoomNodes();
    const [one, two] = nodes;
    const local = await connectPair(one.url, {}, 'local');
    const ann = await connectClient(one.url);
    const bob = await connectClient(two.url);
    await enter(ann, 'Test');
    await enter(bob, 'Test');
    await ann.hears('ready');
    const cy = await connectClient(one.url);
    redis.freeze();
    expect(await enter(cy, 'new')).toMatchObject({ status: 'refused', code: 'unavailable' });
    for (const node of nodes) {
      await becomesSo(async () => (await node.readiness()) === 'redis');
      expect((await ask(node.port, '/healthz')).status).toBe(200);
    }
    await local.expectUndisturbed();
    // Longer than any lease.
    await pause(leaseMs + 200);
    await local.expectUndisturbed();
    redis.thaw();
    for (const node of nodes) await becomesSo(async () => (await node.readiness()) === 'ready');
    await local.expectUndisturbed();
    expect(await enter(cy, 'new')).toMatchObject({ status: 'created' });
    // All leases had run out, but nobody has given away what another node was about to take up again.
    ann.say('message', 'still there?');
    await bob.hears('message');
    bob.say('message', 'yes');
    await ann.hears('message');
    expect(ann.names()).toEqual([...arrived, 'message']);
    expect(bob.names()).toEqual(['joined', 'ready', 'message']);
  });

  it('[R33] dies and starts again empty: those who were cut off come back as on a new server', async () => {
    const {
      redis,
      nodes: [one, two],
    } = await startRoomNodes();
    const { client: ann } = await takeSeat(one.url, 'websocket', 'Test', kept('a1'));
    await redis.kill();
    await redis.start();
    await becomesSo(async () => (await one.readiness()) === 'ready' && (await two.readiness()) === 'ready');
    const bob = await connectClient(two.url);
    await becomesSo(async () => (await enter(bob, 'Test')).status !== 'refused');
    expect(await enter(bob, 'Test')).toMatchObject({ status: 'created' });
    expect(ann.names()).toEqual(['created']);
  });
});
