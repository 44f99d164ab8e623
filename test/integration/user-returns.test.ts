// Names that survive a drop, over real sockets: back in one round trip, with the call as it stands.
import { expect, test } from 'vitest';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import type { UserClient } from '../support/user-client.js';
import { connectPair, connectUser, logInUser, nameTaken, startCalls } from '../support/user-client.js';

interface Login {
  name: string;
  resume?: boolean;
  seat?: string;
  next?: string;
  me?: string;
  attempt?: number;
}

async function ask(url: string, login: Login): Promise<[UserClient, unknown]> {
  const client = await connectUser(url);
  client.say({ type: 'login', ...login });
  return [client, await client.hears()];
}

const ownBob = { name: 'bob', resume: true, seat: 'secret of bob' };
const resumed = (call: object | null): object => ({
  type: 'login',
  success: true,
  resumed: true,
  call,
  iceServers: [],
});
const plain = { type: 'login', success: true, iceServers: [] };
const taken = nameTaken('bob');

/** ann, who keeps nothing, and bob, who keeps his name, talk. */
async function connectKept(url: string): Promise<[ann: UserClient, bob: UserClient]> {
  const ann = await logInUser(url, 'ann');
  const [bob] = await ask(url, ownBob);
  ann.say({ type: 'offer', name: 'bob', offer: 'shall we?' });
  await bob.hears();
  bob.say({ type: 'answer', name: 'ann', answer: 'yes' });
  await ann.hears();
  return [ann, bob];
}

async function expectTalk(ann: UserClient, bob: UserClient): Promise<void> {
  bob.say({ type: 'candidate', name: 'ann', candidate: 'here again' });
  expect(await ann.hears()).toEqual({ type: 'candidate', candidate: 'here again', name: 'bob' });
  ann.say({ type: 'candidate', name: 'bob', candidate: 'fine' });
  expect(await bob.hears()).toEqual({ type: 'candidate', candidate: 'fine', name: 'ann' });
}

test('[U21] [U22] a dropped connection comes back into its call, and the other hears nothing of it', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectKept(url);
  bob.socket.terminate();
  for (const type of ['offer', 'answer', 'candidate']) ann.say({ type, name: 'bob', [type]: 'lost' });
  expect(await ann.hearsAll()).toEqual([]);
  const [again, answer] = await ask(url, ownBob);
  expect(answer).toEqual(resumed({ name: 'ann', state: 'talking' }));
  await expectTalk(ann, again);
  expect(await ann.hearsAll()).toEqual([]);
});

test('[U21] a connection that has fallen silent is taken over without waiting for it', async () => {
  const { url } = await startCalls({ heartbeatMs: 0 });
  const [ann, bob] = await connectKept(url);
  // Reads nothing any more, as a computer whose network is gone.
  bob.socket.pause();
  const [again, answer] = await ask(url, ownBob);
  expect(answer).toEqual(resumed({ name: 'ann', state: 'talking' }));
  await expectTalk(ann, again);
  bob.socket.resume();
  expect(await bob.hears()).toMatchObject({ type: 'error', code: 'taken-over' });
});

test('[U21] the old connection is told, is closed, and what it still says has no effect', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectKept(url);
  const [again, answer] = await ask(url, ownBob);
  for (const type of ['candidate', 'offer', 'answer', 'leave']) {
    bob.say({ type, name: 'ann', [type]: 'from a ghost' });
  }
  expect(answer).toEqual(resumed({ name: 'ann', state: 'talking' }));
  expect(await bob.hears()).toEqual({ type: 'error', ...userRefusals.takenOver() });
  expect(await bob.closed).toBe(1008);
  await expectTalk(ann, again);
  expect(await ann.hearsAll()).toEqual([]);
});

test('[U21] a login that was given up and arrives late does not take the name back', async () => {
  const { url } = await startCalls();
  const own = { ...ownBob, next: 'next secret', me: 'b' };
  const [first] = await ask(url, { ...own, attempt: 1 });
  first.socket.terminate();
  const [bob, answer] = await ask(url, { ...own, attempt: 3 });
  expect(answer).toEqual(resumed(null));
  const [late, lateAnswer] = await ask(url, { ...own, attempt: 2 });
  expect(lateAnswer).toEqual({
    type: 'login',
    success: false,
    reason: 'stale',
    message: 'A later login of this client has been answered already.',
  });
  expect(await late.hearsAll()).toEqual([]);
  expect(await bob.hearsAll()).toEqual([]);
  const [, fourth] = await ask(url, { ...own, attempt: 4 });
  expect(fourth).toEqual(resumed(null));
});

test('[U21] both ends of a call may be away at once, and meet again', async () => {
  const { url } = await startCalls();
  const ownAnn = { name: 'ann', resume: true, seat: 'secret of ann' };
  const [ann] = await ask(url, ownAnn);
  const [bob] = await ask(url, ownBob);
  ann.say({ type: 'offer', name: 'bob', offer: 'shall we?' });
  await bob.hears();
  ann.socket.terminate();
  bob.socket.terminate();
  const [bobAgain, bobsAnswer] = await ask(url, ownBob);
  expect(bobsAnswer).toEqual(resumed({ name: 'ann', state: 'called' }));
  expect(await bobAgain.hears()).toEqual({ type: 'offer', offer: 'shall we?', name: 'ann' });
  const [annAgain, annsAnswer] = await ask(url, ownAnn);
  expect(annsAnswer).toEqual(resumed({ name: 'bob', state: 'calling' }));
  bobAgain.say({ type: 'answer', name: 'ann', answer: 'yes' });
  expect(await annAgain.hears()).toEqual({ type: 'answer', answer: 'yes', name: 'bob' });
  await expectTalk(annAgain, bobAgain);
});

test('[U23] an offer that comes while somebody is away rings at the return', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const [bob] = await ask(url, ownBob);
  bob.socket.terminate();
  ann.say({ type: 'offer', name: 'bob', offer: 'first' });
  ann.say({ type: 'offer', name: 'bob', offer: 'second' });
  expect(await ann.hearsAll()).toEqual([]);
  const [again, answer] = await ask(url, ownBob);
  expect(answer).toEqual(resumed({ name: 'ann', state: 'called' }));
  expect(await again.hearsAll()).toEqual([{ type: 'offer', offer: 'second', name: 'ann' }]);
  again.say({ type: 'answer', name: 'ann', answer: 'sorry, a tunnel' });
  expect(await ann.hears()).toEqual({ type: 'answer', answer: 'sorry, a tunnel', name: 'bob' });
});

test('[U23] a caller who has given up meanwhile rings no more', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const [bob] = await ask(url, ownBob);
  bob.socket.terminate();
  ann.say({ type: 'offer', name: 'bob', offer: 1 });
  ann.say({ type: 'leave', name: 'bob' });
  expect(await ann.hearsAll()).toEqual([]);
  const [again, answer] = await ask(url, ownBob);
  expect(answer).toEqual(resumed(null));
  expect(await again.hearsAll()).toEqual([]);
});

test('[U22] the other of the call may vanish for good meanwhile', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectKept(url);
  bob.socket.terminate();
  await ann.close();
  await expect
    .poll(async () => (await logInUser(url, 'ann').catch(() => undefined)) !== undefined)
    .toBe(true);
  const [, answer] = await ask(url, ownBob);
  expect(answer).toEqual(resumed(null));
});

test('[U22] when the grace is over the other hears leave, and the name is free for anybody', async () => {
  const { url } = await startCalls({ graceMs: 200 });
  const [ann, bob] = await connectKept(url);
  bob.socket.terminate();
  const droppedAt = performance.now();
  expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob' });
  expect(performance.now() - droppedAt).toBeGreaterThan(190);
  const [, answer] = await ask(url, ownBob);
  expect(answer).toEqual(plain);
});

test('[U4] [U22] a wrong secret, or none, finds the name taken, whether its holder is here or away', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectKept(url);
  const others: Login[] = [
    { name: 'bob' },
    { name: 'bob', resume: true },
    { name: 'bob', resume: true, seat: 'a guess' },
    { name: 'bob', seat: ownBob.seat },
    { name: 'bob', resume: true, seat: 'a guess', next: ownBob.seat },
  ];
  for (const login of others) expect((await ask(url, login))[1]).toEqual(taken);
  bob.socket.terminate();
  for (const login of others) {
    const retry = login.resume === true ? { retryInMs: expect.any(Number) as number } : {};
    expect((await ask(url, login))[1]).toEqual({ ...taken, ...retry });
  }
  const [again, answer] = await ask(url, ownBob);
  expect(answer).toEqual(resumed({ name: 'ann', state: 'talking' }));
  await expectTalk(ann, again);
});

test('[U20] the next secret replaces the first once it has been used, not before', async () => {
  const { url } = await startCalls();
  const bob = (seat: string, next?: string): Login => ({
    name: 'bob',
    resume: true,
    seat,
    ...(next !== undefined && { next }),
  });
  expect((await ask(url, bob('one', 'two')))[1]).toEqual(plain);
  expect((await ask(url, bob('one', 'two')))[1]).toEqual(resumed(null));
  expect((await ask(url, bob('two', 'three')))[1]).toEqual(resumed(null));
  expect((await ask(url, bob('one')))[1]).toEqual(taken);
  expect((await ask(url, bob('three')))[1]).toEqual(resumed(null));
  expect((await ask(url, bob('two')))[1]).toEqual(taken);
});

test('[U22] closing with 1000 says that one is done: the name is free at once', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectKept(url);
  bob.socket.close(1000);
  expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob' });
  await logInUser(url, 'bob');
});

test('[U13] without resume a dropped connection frees its name, whatever secret it gave', async () => {
  const { url } = await startCalls();
  const [ann, bob] = (await connectPair(url)) as [UserClient, UserClient];
  bob.socket.terminate();
  expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob' });
  const [again] = await ask(url, { name: 'bob', seat: 'secret of bob' });
  again.socket.terminate();
  await expect.poll(async () => (await ask(url, ownBob))[1]).toEqual(plain);
});

test('[U14] who is away stays in the list', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectKept(url);
  bob.socket.terminate();
  ann.say({ type: 'leave', name: 'bob' });
  ann.say({ type: 'users' });
  expect(await ann.hears()).toEqual({ type: 'users', users: [{ name: 'bob', busy: false }] });
});
