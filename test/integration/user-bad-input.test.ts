// What clients should not send, from real sockets beside a pair that talks: an error each, and nobody disturbed.
import { expect, test } from 'vitest';
import { connectPair, logInUser, startCalls, type UserClient } from '../support/user-client.js';

const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

const badTexts: [what: string, text: string, code: string][] = [
  ['not JSON', 'hello', 'invalid-json'],
  ['half a JSON', '{"type":"offer"', 'invalid-json'],
  ['a list', '["login","cy"]', 'unknown-type'],
  ['a text', '"Hello world"', 'unknown-type'],
  ['null', 'null', 'unknown-type'],
  ['no type', '{"name":"ann"}', 'unknown-type'],
  ['an unknown type', '{"type":"dance","name":"ann"}', 'unknown-type'],
  ['no name', '{"type":"offer","offer":1}', 'bad-name'],
  ['an odd name', '{"type":"leave","name":{"toString":1}}', 'bad-name'],
  ['no offer', '{"type":"offer","name":"ann"}', 'bad-message'],
  ['no candidate', '{"type":"candidate","name":"ann"}', 'bad-message'],
  ['30,000-deep JSON', deep, 'unknown-type'],
  ['a 30,000-deep type', `{"type":${deep}}`, 'unknown-type'],
  ['a 30,000-deep offer', `{"type":"offer","name":"ann","offer":${deep}}`, 'too-deep'],
  ['an offer over the limit', `{"type":"offer","name":"ann","offer":"${'x'.repeat(65_537)}"}`, 'too-large'],
  ['an offer to oneself', '{"type":"offer","name":"cy","offer":1}', 'self-call'],
  ['a second login', '{"type":"login","name":"dan"}', 'already-logged-in'],
  ['an answer to nobody', '{"type":"answer","name":"nobody","answer":1}', 'not-in-call'],
  ['a leave to nobody', '{"type":"leave","name":"nobody"}', 'not-in-call'],
  ['a leave to oneself', '{"type":"leave","name":"cy"}', 'not-in-call'],
];

async function expectUndisturbed(ann: UserClient, bob: UserClient): Promise<void> {
  ann.say({ type: 'candidate', name: 'bob', candidate: 'still here?' });
  expect(await bob.hears()).toEqual({ type: 'candidate', candidate: 'still here?', name: 'ann' });
  bob.say({ type: 'candidate', name: 'ann', candidate: 'yes' });
  expect(await ann.hears()).toEqual({ type: 'candidate', candidate: 'yes', name: 'bob' });
}

test('[U15] every bad text is answered by an error, the connection lives, and the pair talks on', async () => {
  const { url } = await startCalls();
  const [ann, bob] = (await connectPair(url)) as [UserClient, UserClient];
  const cy = await logInUser(url, 'cy');
  for (const [what, text, code] of badTexts) {
    cy.say(text);
    expect(await cy.hears(), what).toMatchObject({
      type: 'error',
      code,
      message: expect.any(String) as unknown,
    });
    await expectUndisturbed(ann, bob);
  }
  expect(await cy.hearsAll()).toEqual([]);
});

test('[U15] a binary frame is answered by an error, and the connection lives', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  ann.socket.send(Buffer.from('{"type":"users"}'));
  expect(await ann.hears()).toMatchObject({ type: 'error', code: 'binary' });
  expect(await ann.hearsAll()).toEqual([]);
});

test('[U15] a frame over the limit of the transport ends that connection only', async () => {
  const { url } = await startCalls();
  const [ann, bob] = (await connectPair(url)) as [UserClient, UserClient];
  const cy = await logInUser(url, 'cy');
  cy.say('x'.repeat(1024 * 1024 + 1));
  expect(await cy.closed).toBe(1009);
  await expectUndisturbed(ann, bob);
});

test('[U15] a value of exactly the limit passes, one byte more does not', async () => {
  const { url } = await startCalls({ maxMessageBytes: 1000 });
  const [ann, bob] = (await connectPair(url)) as [UserClient, UserClient];
  ann.say({ type: 'candidate', name: 'bob', candidate: 'é'.repeat(500) });
  expect(await bob.hears()).toMatchObject({ candidate: 'é'.repeat(500) });
  ann.say({ type: 'candidate', name: 'bob', candidate: `${'é'.repeat(500)}e` });
  expect(await ann.hears()).toMatchObject({ code: 'too-large', limit: 1000 });
  expect(await bob.hearsAll()).toEqual([]);
});

test('[U6] who sends is stamped by the server, whatever the message claims', async () => {
  const { url } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await logInUser(url, 'bob');
  ann.say({ type: 'offer', name: 'bob', offer: 1, from: 'cy', caller: 'cy' });
  expect(await bob.hears()).toEqual({ type: 'offer', offer: 1, name: 'ann' });
});
