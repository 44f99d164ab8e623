// The edges of a call by name: messages that are just too large or too deep, and a line that is called off.
import { expect, it, onTestFinished } from 'vitest';
import {
  openUserLine,
  type IncomingCall,
  type OpenUserLineOptions,
  type UserLine,
} from '../../client/index.js';
import { watchChannel, type LibraryClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';

const limit = 65_536;

async function logIn(url: string, name: string, options?: OpenUserLineOptions): Promise<UserLine> {
  const line = await openUserLine(url, name, options);
  onTestFinished(() => line.close());
  return line;
}

async function talk(ann: UserLine, bob: UserLine): Promise<[ann: LibraryClient, bob: LibraryClient]> {
  const ringing = new Promise<IncomingCall>((resolve) => {
    bob.on('incoming', resolve);
  });
  const calling = ann.call('bob');
  const atBob = watchChannel((await ringing).accept());
  return [watchChannel(await calling), atBob];
}

it.each([
  ['a text that fits by itself, and not in what it travels in', 'x'.repeat(limit - 10), 'too-large'],
  ['a text that its JSON makes too long', '"'.repeat(limit - 20_000), 'too-large'],
  ['as many arrays in one another as a room takes', JSON.parse('['.repeat(64) + ']'.repeat(64)), 'too-deep'],
])('[U15] %s is refused, and what comes after it arrives', async (_what, value, reason) => {
  const { url } = await startParley();
  const [atAnn, atBob] = await talk(await logIn(`${url}/calls`, 'ann'), await logIn(`${url}/calls`, 'bob'));
  const before = atAnn.channel.send('before');
  const refused = atAnn.channel.send(value);
  const after = atAnn.channel.send('after');
  await expect(refused).rejects.toMatchObject({ reason });
  await Promise.all([before, after]);
  expect(atBob.messages).toEqual(['before', 'after']);
});

it('[U13] a line that is called off frees its name at once, and the other of its call hears the end', async () => {
  const { url } = await startParley();
  const off = new AbortController();
  const ann = await logIn(`${url}/calls`, 'ann', { signal: off.signal });
  const [, atBob] = await talk(ann, await logIn(`${url}/calls`, 'bob'));
  off.abort();
  expect((await ann.closed).reason).toBe('aborted');
  expect((await atBob.channel.closed).reason).toBe('ended');
  expect((await logIn(`${url}/calls`, 'ann')).state).toBe('open');
});
