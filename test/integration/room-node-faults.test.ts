// Nodes that die, nodes that are cut off, and a Redis that falls silent: who hears what, how soon, and never three.
import { describe, expect, it } from 'vitest';
import { leaseMs, patienceMs } from '../../server/cluster/lease-scripts.js';
import { busy } from '../support/busy.js';
import { ask } from '../support/http-ask.js';
import { connectClient } from '../support/room-client.js';
import { connectPair, joinerEvents } from '../support/room-pair.js';
import { isSoon, startRoomNodes } from '../support/room-nodes.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

const arrived = ['created', 'remotePeerJoining', 'join', 'broadcast: joined', 'ready'];

/** Of a lease, a look at it, and a busy machine: all nodes are in this process, and when it stalls, Redis seems away. */
const lapseMs = leaseMs + 1000 + busy(1000) + patienceMs;

describe('a node that dies', () => {
  it('[R32] frees the seats that nobody can take back, and the other hears it', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes();
    const ann = await connectClient(one.url);
    const bob = await connectClient(two.url);
    await enter(ann, 'Test');
    await enter(bob, 'Test');
    await bob.hears('ready');
    const dying = one.die();
    await isSoon(lapseMs, () => bob.names().includes('bye'));
    expect(bob.heard).toEqual([
      ...joinerEvents('Test', bob.id),
      ['peer gone'],
      ['created', 'Test', bob.id],
      ['bye', 'Test'],
    ]);
    await dying;
  });

  it('[R32] leaves its seats away for the grace, and a secret takes one back on another node', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    await takeSeat(one.url, 'websocket', 'Test', kept('a1', { me: 'ia' }));
    const { client: bob } = await takeSeat(two.url, 'websocket', 'Test', kept('b1', { me: 'ib' }));
    await bob.hears('ready');
    const dying = one.die();
    await isSoon(lapseMs, () => bob.names().includes('peer away'));
    const cy = await connectClient(three.url);
    expect(await enter(cy, 'Test')).toMatchObject({ status: 'full' });
    const back = await takeSeat(three.url, 'websocket', 'Test', kept('a1', { me: 'ia' }));
    expect(back.answer).toMatchObject({ status: 'resumed', role: 'initiator', peer: { me: 'ib' } });
    await bob.hears('peer back');
    back.client.say('message', 'again');
    await bob.hears('message');
    expect(bob.names()).toEqual(['joined', 'ready', 'peer away', 'peer back', 'message']);
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
    await isSoon(lapseMs, () => status === 'created' || cy.names().includes('bye'));
  });

  it('[R27] that ends in good order gives its seats up at once', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes();
    const ann = await connectClient(one.url);
    const { client: bob } = await takeSeat(two.url, 'websocket', 'Test', kept('b1'));
    await enter(ann, 'Test');
    await bob.hears('ready');
    const start = performance.now();
    await one.parley.close();
    await Promise.all([ann.hears('draining'), bob.hears('bye')]);
    expect(performance.now() - start).toBeLessThan(busy(4000));
    expect(ann.names().at(-1)).toBe('draining');
    const cy = await connectClient(two.url);
    expect(await enter(cy, 'Test')).toMatchObject({ status: 'joined' });
  });
});

describe('a node that is cut off', () => {
  it('[R33] grants nothing, lets two who are both there talk on, and takes its seats up again', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes();
    const local = await connectPair(one.url, {}, 'local');
    const { client: ann } = await takeSeat(one.url, 'websocket', 'Test', kept('a1', { me: 'ia' }));
    const { client: bob } = await takeSeat(two.url, 'websocket', 'Test', kept('b1', { me: 'ib' }));
    await ann.hears('ready');
    one.cutOff();
    await isSoon(busy(2000), async () => (await one.readiness()) === 'redis');
    await isSoon(lapseMs, () => bob.names().includes('peer away'));
    await local.expectUndisturbed();
    const cy = await connectClient(one.url);
    expect(await enter(cy, 'new')).toMatchObject({ status: 'refused', code: 'unavailable' });
    one.comeBack();
    await isSoon(busy(3000), async () => (await one.readiness()) === 'ready');
    await bob.hears('peer back');
    await local.expectUndisturbed();
    bob.say('message', 'still there?');
    await ann.hears('message');
    ann.say('message', 'yes');
    await bob.hears('message');
    expect(ann.names()).toEqual([...arrived, 'message']);
    expect(bob.names()).toEqual(['joined', 'ready', 'peer away', 'peer back', 'message']);
    expect(await enter(cy, 'new')).toMatchObject({ status: 'created' });
  });

  it('[R33] closes a connection whose seat was given away meanwhile, so that its client comes back', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    const ann = await connectClient(one.url);
    const bob = await connectClient(two.url);
    await enter(ann, 'Test');
    await enter(bob, 'Test');
    await Promise.all([ann.hears('ready'), bob.hears('ready')]);
    one.cutOff();
    await isSoon(lapseMs, () => bob.names().includes('bye'));
    const cy = await connectClient(three.url);
    expect(await enter(cy, 'Test')).toMatchObject({ status: 'joined' });
    await cy.hears('ready');
    ann.say('message', 'to whom?');
    one.comeBack();
    expect(await ann.ended).toBe('transport close');
    bob.say('message', 'to cy');
    await cy.hears('message');
    cy.say('message', 'to bob');
    await bob.hears('message');
    expect(bob.heard.filter(([event]) => event === 'message')).toEqual([['message', 'to bob']]);
    expect(ann.names()).toEqual(arrived);
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
    await isSoon(lapseMs, () => bob.names().includes('peer away'));
    expect(bob.names()).toEqual(['joined', 'ready', 'peer away']);
  });
});

describe('a Redis that falls silent', () => {
  it('[R33] makes joins fail fast and readiness red, and nothing is lost when it is back', async () => {
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
    const asked = performance.now();
    expect(await enter(cy, 'new')).toMatchObject({ status: 'refused', code: 'unavailable' });
    expect(performance.now() - asked).toBeLessThan(busy(1000));
    for (const node of nodes) {
      await isSoon(busy(2000), async () => (await node.readiness()) === 'redis');
      expect((await ask(node.port, '/healthz')).status).toBe(200);
    }
    await local.expectUndisturbed();
    // Longer than any lease.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await local.expectUndisturbed();
    redis.thaw();
    for (const node of nodes) await isSoon(busy(3000), async () => (await node.readiness()) === 'ready');
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
    await isSoon(
      8000,
      async () => (await one.readiness()) === 'ready' && (await two.readiness()) === 'ready',
    );
    const bob = await connectClient(two.url);
    await isSoon(4000, async () => (await enter(bob, 'Test')).status !== 'refused');
    expect(await enter(bob, 'Test')).toMatchObject({ status: 'created' });
    expect(ann.names()).toEqual(['created']);
  });
});
