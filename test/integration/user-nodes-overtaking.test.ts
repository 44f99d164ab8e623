// Calls between nodes when what one node hears from Redis is slow: notices of another node come before its own answers.
import { expect, onTestFinished, test } from 'vitest';
import { startFaultProxy, type Path } from '../support/fault-proxy.js';
import { startRedis } from '../support/redis-server.js';
import { connectUser, logInUser, startCalls } from '../support/user-client.js';
import { exchangeCandidates, exchanged } from '../support/user-nodes.js';

/** A decision hears from Redis twice, and takes 700 ms at most. */
const slowMs = 80;

/** Two nodes; `slowDown` delays what Redis answers the first, and not what other nodes tell it. */
async function scene() {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const proxy = await startFaultProxy(redis.port);
  const one = await startCalls({ redisUrl: `redis://127.0.0.1:${proxy.port}`, nodeId: 'one' });
  const two = await startCalls({ redisUrl: redis.url, nodeId: 'two' });
  // Redis knows the scripts from now on.
  await logInUser(one.url, 'zoe');

  /** The one that listens to nothing, as Redis itself says. */
  async function findAskingPath(): Promise<Path> {
    const clients = (await redis.cli('client', 'list')).split('\n');
    const isAsking = ({ port }: Path) =>
      clients.some((client) => client.includes(` addr=127.0.0.1:${port} `) && client.includes(' sub=0 '));
    const [asking, ...others] = proxy.paths().filter(isAsking);
    if (!asking || others.length > 0) throw new Error('the first node asks Redis by one connection');
    return asking;
  }

  const path = await findAskingPath();
  return {
    one,
    two,
    slowDown: () => {
      path.delay(slowMs, 'to client');
    },
    heal: path.heal,
    recordOf: (name: string) => redis.cli('get', `parley:{users}:name:${name}`),
  };
}

test('[U27] nothing is heard of a name before the answer to its login, and nothing is lost', async () => {
  const { one, two, slowDown, recordOf } = await scene();
  const ann = await logInUser(two.url, 'ann');
  const bob = await connectUser(one.url);
  slowDown();
  bob.say({ type: 'login', name: 'bob' });
  await expect.poll(() => recordOf('bob'), { interval: 20 }).not.toBe('');
  ann.say({ type: 'offer', name: 'bob', offer: 'shall we?' });
  ann.say({ type: 'candidate', name: 'bob', candidate: 'a way to ann' });
  expect([await bob.hears(), await bob.hears(), await bob.hears()]).toEqual([
    { type: 'login', success: true, iceServers: [] },
    { type: 'offer', offer: 'shall we?', name: 'ann' },
    { type: 'candidate', candidate: 'a way to ann', name: 'ann' },
  ]);
});

test('[U11] [U27] after glare an answer may come before one knows of one’s own call: candidates go both ways', async () => {
  const { one, two, slowDown, heal, recordOf } = await scene();
  const [ann, bob] = [await logInUser(one.url, 'ann'), await logInUser(two.url, 'bob')];
  // Knows the lease of the other node from now on, and need not ask for it.
  ann.say({ type: 'leave', name: 'bob' });
  expect(await ann.hears()).toMatchObject({ code: 'not-in-call' });
  slowDown();
  ann.say({ type: 'offer', name: 'bob', offer: 'of ann' });
  await expect.poll(() => recordOf('bob'), { interval: 20 }).toContain('called');
  bob.say({ type: 'offer', name: 'ann', offer: 'of bob' });
  expect(await bob.hears()).toEqual({ type: 'offer', offer: 'of ann', name: 'ann' });
  expect(await bob.hears()).toMatchObject({ code: 'glare' });
  bob.say({ type: 'answer', name: 'ann', answer: 'yes' });
  expect(await ann.hears()).toEqual({ type: 'answer', answer: 'yes', name: 'bob' });
  // Her own offer has been decided by now.
  expect(await ann.hearsAll()).toEqual([]);
  heal();
  expect(await exchangeCandidates([ann, bob], 'then')).toEqual(exchanged('then'));
});
