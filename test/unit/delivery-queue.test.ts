// What is on its way to another node: order for each connection, assured messages until they arrive, a bound for what waits.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeliveryQueue } from '../../server/cluster/delivery-queue.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setScene() {
  /** What has been published, and how it ended: nobody heard it (0), somebody did (1), or it failed. */
  const published: string[] = [];
  const scene = { hearers: 1, fails: false, isGone: false, dropped: 0 };
  const queue = createDeliveryQueue({
    publish: (text) => {
      published.push(text);
      return scene.fails ? Promise.reject(new Error('cut')) : Promise.resolve(scene.hearers);
    },
    isGone: () => Promise.resolve(scene.isGone),
    onDropped: (messages) => {
      scene.dropped += messages;
    },
  });
  const take = (): string[] => published.splice(0);
  return { queue, scene, take };
}

const soon = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('relays with nothing before them are published at once, and never again', async () => {
  const { queue, scene, take } = setScene();
  scene.fails = true;
  for (const text of ['1', '2', '3']) queue.push('ann', text, 'relay');
  expect(take()).toEqual(['1', '2', '3']);
  await soon(5000);
  expect(take()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('what follows an assured message to the same connection waits for it; others do not', async () => {
  const { queue, take } = setScene();
  queue.push('ann', 'n1', 'assured');
  queue.push('ann', 's2', 'relay');
  queue.push('ann', 'n3', 'assured');
  queue.push('ann', 's4', 'relay');
  queue.push('bob', 's1', 'relay');
  expect(take()).toEqual(['n1', 's1']);
  await soon();
  expect(take()).toEqual(['s2', 'n3', 's4']);
  queue.push('ann', 's5', 'relay');
  expect(take()).toEqual(['s5']);
});

test.each(['fails', 'is heard by nobody'])(
  'an assured message that %s is tried again, ever more slowly',
  async (how) => {
    const { queue, scene, take } = setScene();
    if (how === 'fails') scene.fails = true;
    else scene.hearers = 0;
    queue.push('ann', 'n1', 'assured');
    queue.push('ann', 's2', 'relay');
    queue.push('bob', 'n1 of bob', 'assured');
    await soon();
    expect(take()).toEqual(['n1', 'n1 of bob']);
    await soon(50);
    expect(take()).toEqual(['n1', 'n1 of bob']);
    await soon(10_000);
    expect(take().length).toBeLessThan(30);
    scene.fails = false;
    scene.hearers = 1;
    await soon(1000);
    expect(take().sort()).toEqual(['n1', 'n1 of bob', 's2']);
    await soon(10_000);
    expect(take()).toEqual([]);
  },
);

test('what waits for a node that is dead is dropped, and counted', async () => {
  const { queue, scene, take } = setScene();
  scene.fails = true;
  queue.push('ann', 'n1', 'assured');
  queue.push('ann', 's2', 'relay');
  queue.push('ann', 'n3', 'assured');
  await soon();
  scene.isGone = true;
  await soon(50);
  expect(scene.dropped).toBe(2);
  expect(take()).toEqual(['n1']);
  expect(vi.getTimerCount()).toBe(0);
});

const mebi = 's'.repeat(1024 * 1024);

test.each(['relay', 'retried'] as const)(
  '16 MiB of %s messages wait for a node, 1 MiB for a connection, and no more; assured ones always do',
  async (delivery) => {
    const { queue, scene, take } = setScene();
    scene.fails = true;
    const ids = Array.from({ length: 20 }, (_, number) => `guest ${number}`);
    for (const id of ids) {
      queue.push(id, 'first', 'assured');
      queue.push(id, mebi, delivery);
      queue.push(id, 'too much', delivery);
      queue.push(id, 'last', 'assured');
    }
    await soon();
    take();
    scene.fails = false;
    await soon(50);
    const published = take();
    expect(published.filter((text) => text === mebi)).toHaveLength(16);
    expect(published).not.toContain('too much');
    expect(published.filter((text) => text === 'last')).toHaveLength(20);
  },
);

test('a single message passes, however long', async () => {
  const { queue, take } = setScene();
  const long = mebi + mebi;
  queue.push('ann', 'n1', 'assured');
  queue.push('ann', long, 'retried');
  queue.push('ann', '3', 'retried');
  await soon();
  expect(take()).toEqual(['n1', long]);
});

test('messages that have gone make room for as many again', async () => {
  const { queue, scene, take } = setScene();
  for (let round = 0; round < 20; round++) {
    scene.fails = true;
    for (const delivery of ['assured', 'retried', 'relay'] as const) {
      queue.push('ann', delivery === 'assured' ? 'n1' : mebi.slice(0, mebi.length / 2), delivery);
    }
    await soon();
    scene.fails = false;
    take();
    await soon(50);
    expect(take().map(({ length }) => length)).toEqual([2, mebi.length / 2, mebi.length / 2]);
  }
});

test('relays that Redis has not answered count, too', async () => {
  const published: ((receivers: number) => void)[] = [];
  const queue = createDeliveryQueue({
    publish: () => new Promise((resolve) => void published.push(resolve)),
    isGone: () => Promise.resolve(false),
    onDropped: () => {},
  });
  for (let count = 0; count < 20; count++) queue.push('ann', mebi, 'relay');
  expect(published).toHaveLength(16);
  for (const resolve of published.splice(0)) resolve(1);
  await soon();
  for (let count = 0; count < 20; count++) queue.push('ann', mebi, 'relay');
  expect(published).toHaveLength(16);
});

test('a queue that is closed tries nothing again', async () => {
  const { queue, scene, take } = setScene();
  scene.fails = true;
  queue.push('ann', 'n1', 'assured');
  await soon();
  queue.close();
  queue.push('ann', 'n2', 'assured');
  await soon(5000);
  expect(take()).toEqual(['n1']);
  expect(vi.getTimerCount()).toBe(0);
});
