// Calls by user name over real sockets: every row of the protocol's table, with the people who see it.
import { expect, test } from 'vitest';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { connectPair, connectUser, logInUser, startCalls } from '../support/user-client.js';

test('[U1] a connection is greeted with a JSON text', async () => {
  const { url } = await startCalls();
  await expect(connectUser(url)).resolves.toBeDefined();
});

test('[U2] ann logs in and is told so', async () => {
  const { url } = await startCalls();
  const ann = await connectUser(url);
  ann.say({ type: 'login', name: 'ann' });
  expect(await ann.hears()).toEqual({ type: 'login', success: true, iceServers: [] });
});

test('[U2] a name that is none is refused with a reason', async () => {
  const { url } = await startCalls();
  const ann = await connectUser(url);
  for (const name of ['', 'a'.repeat(65), 'a\nb', 'a\u0000', '\ud800', 7, null, {}, undefined]) {
    ann.say({ type: 'login', name });
    expect(await ann.hears()).toMatchObject({ type: 'login', success: false, reason: 'bad-name' });
  }
});

test('[U3] a connection logs in once', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  ann.say({ type: 'login', name: 'bob' });
  expect(await ann.hears()).toMatchObject({ type: 'error', code: 'already-logged-in' });
  await logInUser(url, 'bob');
});

test('[U4] a name in use is taken, however it is typed', async () => {
  const { url } = await startCalls();
  await logInUser(url, 'Zo\u00eb');
  const second = await connectUser(url);
  second.say({ type: 'login', name: 'Zoe\u0308' });
  expect(await second.hears()).toMatchObject({ type: 'login', success: false, reason: 'taken' });
});

test('[U5] before login nothing else works', async () => {
  const { url } = await startCalls();
  const stranger = await connectUser(url);
  const refused = { type: 'error', ...userRefusals.notLoggedIn() };
  for (const message of [
    { type: 'offer', name: 'bob', offer: 1 },
    { type: 'answer', name: 'bob', answer: 1 },
    { type: 'candidate', name: 'bob', candidate: 1 },
    { type: 'leave', name: 'bob' },
    { type: 'users' },
    { type: 'offer' },
    { type: 'offer', name: '' },
    { type: 'offer', name: 'bob', offer: 'x'.repeat(65_537) },
    { type: 'users', watch: 1 },
    { type: 'dance' },
    {},
  ]) {
    stranger.say(message);
    expect(await stranger.hears()).toEqual(refused);
  }
});

test('[U5] [U15] what is no JSON object is the same to strangers as to everybody', async () => {
  const { url } = await startCalls();
  for (const person of [await connectUser(url), await logInUser(url, 'ann')]) {
    for (const text of ['offer', '["offer"]', 'null']) person.say(text);
    person.socket.send(Buffer.from('{"type":"offer"}'));
    const codes = (await person.hearsAll()).map((answer) => (answer as { code: string }).code);
    expect(codes.sort()).toEqual(['binary', 'invalid-json', 'unknown-type', 'unknown-type']);
  }
});

test('[U6] [U8] [U12] ann calls bob, they talk, and bob hangs up', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await logInUser(url, 'bob');
  ann.say({ type: 'offer', name: 'bob', offer: { sdp: 'v=0' } });
  ann.say({ type: 'candidate', name: 'bob', candidate: { candidate: 'early' } });
  expect(await bob.hears()).toEqual({ type: 'offer', offer: { sdp: 'v=0' }, name: 'ann' });
  expect(await bob.hears()).toEqual({ type: 'candidate', candidate: { candidate: 'early' }, name: 'ann' });
  bob.say({ type: 'candidate', name: 'ann', candidate: null });
  bob.say({ type: 'answer', name: 'ann', answer: 'plain text' });
  expect(await ann.hears()).toEqual({ type: 'candidate', candidate: null, name: 'bob' });
  expect(await ann.hears()).toEqual({ type: 'answer', answer: 'plain text', name: 'bob' });
  for (const value of ['', 0, false, [], { deep: [{ er: 1 }] }, 'ünï©ode 🎉']) {
    ann.say({ type: 'candidate', name: 'bob', candidate: value });
    expect(await bob.hears()).toEqual({ type: 'candidate', candidate: value, name: 'ann' });
  }
  bob.say({ type: 'leave', name: 'ann' });
  expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob' });
  bob.say({ type: 'candidate', name: 'ann', candidate: 'late' });
  expect(await bob.hears()).toEqual({ type: 'error', ...userRefusals.notInCall('ann') });
  expect(await ann.hearsAll()).toEqual([]);
});

test('[U7] who is not online, is busy, or is oneself cannot be called', async () => {
  const { url } = await startCalls();
  const [ann] = await connectPair(url);
  const cy = await logInUser(url, 'cy');
  cy.say({ type: 'offer', name: 'dan', offer: 1 });
  expect(await cy.hears()).toEqual({ type: 'error', ...userRefusals.notOnline('dan') });
  cy.say({ type: 'offer', name: 'bob', offer: 1 });
  expect(await cy.hears()).toEqual({ type: 'error', ...userRefusals.busy('bob') });
  cy.say({ type: 'offer', name: 'cy', offer: 1 });
  expect(await cy.hears()).toMatchObject({ type: 'error', code: 'self-call' });
  ann?.say({ type: 'offer', name: 'cy', offer: 1 });
  expect(await ann?.hears()).toMatchObject({ type: 'error', code: 'in-call' });
  expect(await cy.hearsAll()).toEqual([]);
});

test('[U9] inside a call offers and answers go both ways, also crossing', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectPair(url);
  ann?.say({ type: 'offer', name: 'bob', offer: 'ann again' });
  bob?.say({ type: 'offer', name: 'ann', offer: 'bob again' });
  expect(await ann?.hears()).toEqual({ type: 'offer', offer: 'bob again', name: 'bob' });
  expect(await bob?.hears()).toEqual({ type: 'offer', offer: 'ann again', name: 'ann' });
  ann?.say({ type: 'answer', name: 'bob', answer: 'to bob' });
  expect(await bob?.hears()).toEqual({ type: 'answer', answer: 'to bob', name: 'ann' });
});

test('[U10] a call to a third person takes the first call back', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await logInUser(url, 'bob');
  const cy = await logInUser(url, 'cy');
  ann.say({ type: 'offer', name: 'bob', offer: 1 });
  ann.say({ type: 'offer', name: 'cy', offer: 2 });
  expect(await bob.hears()).toMatchObject({ type: 'offer' });
  expect(await bob.hears()).toEqual({ type: 'leave', name: 'ann' });
  expect(await cy.hears()).toEqual({ type: 'offer', offer: 2, name: 'ann' });
  bob.say({ type: 'answer', name: 'ann', answer: 'too late' });
  expect(await bob.hears()).toMatchObject({ code: 'not-in-call' });
  expect(await ann.hearsAll()).toEqual([]);
});

test('[U11] when both call, the first wins and the other hears so, with the winning offer', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await logInUser(url, 'bob');
  ann.say({ type: 'offer', name: 'bob', offer: 'ann calls' });
  await ann.hearsAll();
  bob.say({ type: 'offer', name: 'ann', offer: 'bob calls' });
  bob.say({ type: 'candidate', name: 'ann', candidate: 'of the lost offer' });
  expect(await bob.hears()).toEqual({ type: 'offer', offer: 'ann calls', name: 'ann' });
  expect(await bob.hears()).toMatchObject({
    type: 'error',
    code: 'glare',
    name: 'ann',
    offer: 'ann calls',
  });
  ann.say({ type: 'candidate', name: 'bob', candidate: 'of the winner' });
  expect(await bob.hears()).toEqual({ type: 'candidate', candidate: 'of the winner', name: 'ann' });
  bob.say({ type: 'answer', name: 'ann', answer: 'fine' });
  bob.say({ type: 'candidate', name: 'ann', candidate: 'of the answer' });
  await bob.hearsAll();
  expect(await ann.hearsAll()).toEqual([
    { type: 'answer', answer: 'fine', name: 'bob' },
    { type: 'candidate', candidate: 'of the answer', name: 'bob' },
  ]);
});

test('[U12] bob declines by leaving before he answers', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await logInUser(url, 'bob');
  ann.say({ type: 'offer', name: 'bob', offer: 1 });
  await bob.hears();
  bob.say({ type: 'leave', name: 'ann' });
  expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob' });
  ann.say({ type: 'leave', name: 'bob' });
  expect(await ann.hears()).toMatchObject({ code: 'not-in-call' });
});

test('[U13] a closed connection frees the name and ends the call', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectPair(url);
  await bob?.close();
  expect(await ann?.hears()).toEqual({ type: 'leave', name: 'bob' });
  const again = await logInUser(url, 'bob');
  again.say({ type: 'offer', name: 'ann', offer: 'sorry' });
  expect(await ann?.hears()).toEqual({ type: 'offer', offer: 'sorry', name: 'bob' });
});

test('[U14] the list shows the others, who is busy, and follows for those who watch', async () => {
  const { url } = await startCalls();
  const cy = await logInUser(url, 'cy');
  cy.say({ type: 'users', watch: true });
  expect(await cy.hears()).toEqual({ type: 'users', users: [] });
  await connectPair(url);
  const talking = {
    type: 'users',
    users: [
      { name: 'ann', busy: true },
      { name: 'bob', busy: true },
    ],
  };
  await expect.poll(() => cy.hears()).toEqual(talking);
  cy.say({ type: 'users', watch: false });
  expect(await cy.hears()).toEqual(talking);
});

test('[U14] with USER_LIST=off nobody is shown', async () => {
  const { url } = await startCalls({ userList: false });
  const ann = await logInUser(url, 'ann');
  ann.say({ type: 'users', watch: true });
  expect(await ann.hears()).toMatchObject({ type: 'error', code: 'hidden' });
});

test('[U18] what one says before leaving arrives before the leave', async () => {
  const { url } = await startCalls();
  const bob = await logInUser(url, 'bob');
  for (let round = 0; round < 20; round++) {
    const ann = await logInUser(url, 'ann');
    ann.say({ type: 'offer', name: 'bob', offer: round });
    ann.say({ type: 'candidate', name: 'bob', candidate: round });
    ann.say({ type: 'leave', name: 'bob' });
    await ann.close();
    expect(await bob.hears()).toEqual({ type: 'offer', offer: round, name: 'ann' });
    expect(await bob.hears()).toEqual({ type: 'candidate', candidate: round, name: 'ann' });
    expect(await bob.hears()).toEqual({ type: 'leave', name: 'ann' });
  }
  expect(await bob.hearsAll()).toEqual([]);
});
