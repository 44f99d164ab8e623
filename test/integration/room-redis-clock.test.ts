// A Redis that comes back with less than it knew, and with a clock that is behind, as on another host: those who were told
// newer things than it can date are not left deaf.
import { expect, it, onTestFinished, vi } from 'vitest';
import { startParley } from '../support/parley.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { connectClient, type RoomClient } from '../support/room-client.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';
import { wrongClock } from '../support/wrong-clock.js';

vi.setConfig({ testTimeout: 90_000 });

interface Scene {
  redis: RedisServer;
  annsUrl: string;
  bobsUrl: string;
  ann: RoomClient;
  bob: RoomClient;
}

/** Ann and bob have met. */
async function meet(nodeCount: number): Promise<Scene> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const open = async (nodeId: string): Promise<string> =>
    (await startParley({ redisUrl: redis.url, nodeId, graceMs: 2500 })).url;
  const annsUrl = await open('one');
  const bobsUrl = nodeCount === 1 ? annsUrl : await open('two');
  const { client: ann } = await takeSeat(annsUrl, 'websocket', 'Test', kept('a1'));
  const { client: bob } = await takeSeat(bobsUrl, 'websocket', 'Test', kept('b1'));
  await Promise.all([ann.hears('ready'), bob.hears('ready')]);
  return { redis, annsUrl, bobsUrl, ann, bob };
}

async function isSentBack({ socket }: RoomClient): Promise<void> {
  await expect.poll(() => socket.connected).toBe(false);
}

async function comesBack(url: string, seat: string): Promise<RoomClient> {
  const client = await connectClient(url);
  // Until its node grants again, it is told to try again.
  const status = async (): Promise<string> => (await enter(client, 'Test', kept(seat))).status;
  await expect.poll(status).toMatch(/created|joined|resumed/);
  return client;
}

/** What is said to somebody on another node is not kept for a node that cannot be reached yet. */
async function isReady(url: string): Promise<void> {
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200);
}

async function expectToTalk(one: RoomClient, other: RoomClient): Promise<void> {
  one.say('message', 'still there?');
  await expect.poll(() => other.heard).toContainEqual(['message', 'still there?']);
  other.say('message', 'yes');
  await expect.poll(() => one.heard).toContainEqual(['message', 'yes']);
}

/** What was heard after the last message. */
function heardAtLast(client: RoomClient): string[] {
  return client.names().slice(client.names().lastIndexOf('message') + 1);
}

const ends: [string, (client: RoomClient) => void, string[]][] = [
  ['a Bye', (client) => client.say('Bye', 'Test'), ['Bye']],
  ['a lost connection', drop, ['peer away', 'peer gone', 'bye']],
];
const places = [1, 2].flatMap((nodeCount) => ends.map((end) => [nodeCount, ...end] as const));

it.each(places)(
  '[R31] [R33] Redis is empty and an hour behind: two on %i of its nodes come back, and %s is heard',
  async (nodeCount, _end, act, heard) => {
    const { redis, annsUrl, bobsUrl, ann, bob } = await meet(nodeCount);
    await redis.kill();
    await redis.start(wrongClock('-1h'));
    await Promise.all([isSentBack(ann), isSentBack(bob)]);
    const [annAgain, bobAgain] = [await comesBack(annsUrl, 'a1'), await comesBack(bobsUrl, 'b1')];
    await Promise.all([annAgain.hears('ready'), bobAgain.hears('ready')]);
    await Promise.all([isReady(annsUrl), isReady(bobsUrl)]);
    await expectToTalk(annAgain, bobAgain);
    act(bobAgain);
    await expect.poll(() => heardAtLast(annAgain)).toEqual(heard);
  },
);

it.each(places)(
  '[R31] [R33] Redis is an older copy and an hour behind: on %i of its nodes who stayed hears %s of the other',
  async (nodeCount, _end, act, heard) => {
    const { redis, annsUrl, bobsUrl, ann, bob } = await meet(nodeCount);
    await redis.cli('save');
    drop(bob);
    await ann.hears('peer away');
    const bobAgain = await comesBack(bobsUrl, 'b1');
    await ann.hears('peer back');
    await redis.kill();
    await redis.start(wrongClock('-1h'));
    await isSentBack(bobAgain);
    const bobAtLast = await comesBack(bobsUrl, 'b1');
    await ann.hears('peer back', 2);
    await Promise.all([isReady(annsUrl), isReady(bobsUrl)]);
    await expectToTalk(ann, bobAtLast);
    act(bobAtLast);
    await expect.poll(() => heardAtLast(ann)).toEqual(heard);
    expect(ann.socket.connected).toBe(true);
  },
);
