// Where users are decided: names whose grace is over are looked at by themselves, and whom a rule lacks is found.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createLogger } from '../../server/platform/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import { offer } from '../../server/users/call-rules.js';
import { logIn, type Newcomer } from '../../server/users/login-rules.js';
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import { createUserDesk, type UserDesk } from '../../server/users/user-desk.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import { vanish, type Actor, type ConnectionId } from '../../server/users/user-rules.js';
import type { UserStore } from '../../server/users/user-store.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const graceMs = 30_000;
const secret = 'secret' as SecretHash;

interface Scene {
  desk: UserDesk;
  store: UserStore;
  /** What the first connection of each name was told. */
  told: string[];
}

function setScene(store: UserStore = createMemoryUserStore()): Scene {
  const courier = createMemoryCourier<UserParcel>();
  const told: string[] = [];
  for (const name of ['ann', 'bob', 'cy', 'dan']) {
    courier.attach(`line of ${name}`, (parcel) => {
      const message = parcel.kind === 'notice' ? parcel.notice.message : undefined;
      if (typeof message === 'object') told.push(`${name}: ${message.type}`);
    });
  }
  const desk = createUserDesk({
    store,
    courier,
    lease: alwaysLeased,
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
  });
  return { desk, store, told };
}

const nameOf = (text: string): UserName => text as UserName;
const actor = (text: string): Actor => ({
  name: nameOf(text),
  connection: `line of ${text}` as ConnectionId,
});

function newcomer(text: string, keeps = true): Newcomer {
  return { ...actor(text), written: text, ...(keeps && { secret }) };
}

async function ring({ desk }: Scene, caller: string, callee: string): Promise<unknown> {
  for (const name of [caller, callee]) await desk.decide([nameOf(name)], logIn(newcomer(name)));
  return call(desk, caller, callee);
}

function call(desk: UserDesk, caller: string, callee: string): Promise<unknown> {
  const to = { name: nameOf(callee), written: callee };
  return desk.decide([nameOf(caller), to.name], offer(actor(caller), to, 'shall we?'));
}

const listed = async ({ store }: Scene): Promise<string[]> =>
  (await store.list(10)).map(({ written }) => written);

test('[U22] when the grace is over a name is free by itself, and the other hears leave', async () => {
  const scene = setScene();
  await ring(scene, 'ann', 'bob');
  await scene.desk.decide([nameOf('bob')], vanish(actor('bob'), graceMs));
  await vi.advanceTimersByTimeAsync(graceMs - 1);
  expect(await listed(scene)).toEqual(['ann', 'bob']);
  await vi.advanceTimersByTimeAsync(10);
  expect(await listed(scene)).toEqual(['ann']);
  expect(scene.told).toEqual(['bob: offer', 'ann: leave']);
  expect(vi.getTimerCount()).toBe(0);
});

test('[U22] whoever is back in time is not looked at again', async () => {
  const scene = setScene();
  await ring(scene, 'ann', 'bob');
  await scene.desk.decide([nameOf('bob')], vanish(actor('bob'), graceMs));
  await scene.desk.decide([nameOf('bob')], logIn(newcomer('bob')));
  expect(vi.getTimerCount()).toBe(0);
});

test('[U22] a call to somebody whose time ran out unseen ends that one first', async () => {
  let now = 0;
  const scene = setScene(createMemoryUserStore(() => now));
  await ring(scene, 'ann', 'bob');
  await scene.desk.decide([nameOf('cy')], logIn(newcomer('cy')));
  await scene.desk.decide([nameOf('bob')], vanish(actor('bob'), graceMs));
  now += graceMs;
  expect(await call(scene.desk, 'cy', 'bob')).toMatchObject({ code: 'not-online' });
  expect(scene.told).toEqual(['bob: offer', 'ann: leave']);
});

test('[U21] the answer to a return is told before its notices, and once', async () => {
  const { desk, told, ...rest } = setScene();
  await ring({ desk, told, ...rest }, 'ann', 'bob');
  await desk.decide([nameOf('bob')], vanish(actor('bob'), graceMs));
  await desk.decide([nameOf('bob')], logIn(newcomer('bob')), ({ status }) => told.push(`login: ${status}`));
  expect(told).toEqual(['bob: offer', 'login: resumed', 'bob: offer']);
});

test('[U21] a call that changes while its other is looked up is looked up again', async () => {
  const memory = createMemoryUserStore();
  let between: (() => Promise<unknown>) | undefined;
  const scene = setScene({
    ...memory,
    async decide(names, rule) {
      const decision = await memory.decide(names, rule);
      const interfere = between;
      between = undefined;
      await interfere?.();
      return decision;
    },
  });
  const { desk } = scene;
  await ring(scene, 'ann', 'bob');
  await desk.decide([nameOf('dan')], logIn(newcomer('dan')));
  await desk.decide([nameOf('bob')], vanish(actor('bob'), graceMs));
  between = async () => {
    // Without a secret, ann's end frees bob, and dan calls.
    await desk.decide([nameOf('ann')], vanish(actor('ann'), 0));
    await call(desk, 'dan', 'bob');
  };
  const login = await desk.decide([nameOf('bob')], logIn(newcomer('bob')));
  expect(login).toEqual({ status: 'resumed', call: { name: 'dan', state: 'called' } });
});

test('[U13] a desk that is closed looks at nobody any more', async () => {
  const { desk } = setScene();
  await desk.decide([nameOf('bob')], logIn(newcomer('bob')));
  await desk.decide([nameOf('bob')], vanish(actor('bob'), graceMs));
  desk.close();
  expect(vi.getTimerCount()).toBe(0);
});
