// Who of two is the polite one in a call: the roles at their meeting, which are never the same on both sides, whoever left
// and came meanwhile.
import { expect, it } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.js';
import { openClient, type LibraryClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';

async function rolesAtMeeting(one: LibraryClient, other: LibraryClient): Promise<string[]> {
  for (const [client, { channel }] of [
    [one, other],
    [other, one],
  ] as const) {
    await client.until(({ channel: own }) => own.peer === 'here' && own.peerMe === channel.me);
  }
  return [one.channel.roleAtMeeting, other.channel.roleAtMeeting];
}

it('one came first, and the other second', async () => {
  const { url } = await startParley();
  const ann = await openClient(url, 'red');
  const bob = await openClient(url, 'red');
  expect(await rolesAtMeeting(ann, bob)).toEqual(['initiator', 'joiner']);
});

it('after the one who came first has dropped out, the one who stayed meets the next as the first', async () => {
  const { url, port } = await startParley({ graceMs: 50 });
  const proxy = await startFaultProxy(port);
  const ann = await openClient(proxy.url, 'red');
  const bob = await openClient(url, 'red');
  await rolesAtMeeting(ann, bob);
  proxy.welcome = 'refuse';
  for (const path of proxy.paths()) path.reset();
  await bob.until(({ channel }) => channel.peer === 'gone');
  const cy = await openClient(url, 'red');
  expect(await rolesAtMeeting(bob, cy)).toEqual(['initiator', 'joiner']);
});

it('they stay what they were when one comes back after its seat was lost', async () => {
  const { url, port } = await startParley({ graceMs: 50 });
  const proxy = await startFaultProxy(port);
  const ann = await openClient(proxy.url, 'red');
  const bob = await openClient(url, 'red');
  await rolesAtMeeting(ann, bob);
  proxy.welcome = 'refuse';
  for (const path of proxy.paths()) path.reset();
  await bob.until(({ channel }) => channel.peer === 'gone');
  proxy.welcome = 'carry';
  expect(await rolesAtMeeting(ann, bob)).toEqual(['initiator', 'joiner']);
  await ann.until(({ channel }) => channel.role === 'joiner');
  expect(bob.channel.role).toBe('initiator');
});

it('they are never the same on both sides, also when somebody else was there meanwhile', async () => {
  const { url, port } = await startParley({ graceMs: 50 });
  const proxy = await startFaultProxy(port);
  const ann = await openClient(proxy.url, 'red');
  const bob = await openClient(url, 'red');
  await rolesAtMeeting(ann, bob);
  proxy.welcome = 'refuse';
  for (const path of proxy.paths()) path.reset();
  await bob.until(({ channel }) => channel.peer === 'gone');
  const cyPath = await startFaultProxy(port);
  const cy = await openClient(cyPath.url, 'red');
  await rolesAtMeeting(bob, cy);
  cyPath.welcome = 'refuse';
  for (const path of cyPath.paths()) path.reset();
  await bob.until(({ channel, peers }) => channel.peer === 'gone' && peers.length > 4);
  proxy.welcome = 'carry';
  const roles = await rolesAtMeeting(ann, bob);
  expect([...roles].sort()).toEqual(['initiator', 'joiner']);
});
