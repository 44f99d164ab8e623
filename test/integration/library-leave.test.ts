// Leaving with the library, on a real server: the other person's channel goes on, and the seat is free at once. [R35]
import { expect, it } from 'vitest';
import { openChannel } from '../../client/index.js';
import { openClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';
import { frameOf, opcodes, openRawSocketIo } from '../support/raw-websocket.js';

it('[R35] leave() lets the next one in; the other stays, and what was sent has arrived', async () => {
  const { url } = await startParley();
  const bob = await openClient(url, 'red');
  const ann = await openChannel(url, 'red');
  void ann.send('last words');
  await ann.leave();
  expect([(await ann.closed).reason, bob.messages]).toEqual(['closed', ['last words']]);
  await bob.until(({ channel }) => channel.peer === 'gone');
  const cy = await openClient(url, 'red');
  await cy.channel.send('hello');
  expect([bob.messages, bob.states]).toEqual([['last words', 'hello'], []]);
});

it('[R35] 30 openings that are aborted after any number of milliseconds leave no seat behind', async () => {
  const { url } = await startParley();
  const bob = await openClient(url, 'red');
  for (let ms = 0; ms < 30; ms++) {
    const aborter = new AbortController();
    const opening = openChannel(url, 'red', { signal: aborter.signal });
    setTimeout(() => aborter.abort(), ms);
    const channel = await opening.catch(() => undefined);
    await channel?.closed;
  }
  const ann = await openClient(url, 'red');
  await ann.channel.send('hello');
  expect([bob.messages, bob.states]).toEqual([['hello'], []]);
});

it('[R25] [R35] a program that aborts while the server probes those inside leaves no seat behind', async () => {
  const { url, port } = await startParley({ heartbeatMs: 0, yieldMs: 0, graceMs: 3_600_000 });
  const bob = await openClient(url, 'red');
  const ghost = await openRawSocketIo(port);
  ghost.write(frameOf('42["create or join","red"]'));
  await ghost.hears(/"joined"/);
  const aborter = new AbortController();
  const opening = openChannel(url, 'red', { signal: aborter.signal, wait: true });
  opening.catch(() => {});
  await expect.poll(() => ghost.frames.some(({ opcode }) => opcode === opcodes.ping)).toBe(true);
  aborter.abort();
  await expect(opening).rejects.toMatchObject({ reason: 'aborted' });
  await ghost.closed;
  const ann = await openClient(url, 'red', { wait: true });
  await ann.channel.send('hello');
  expect([bob.messages, bob.states]).toEqual([['hello'], []]);
});

it('[R35] a page that leaves and comes back at once, 30 times, is never in its own way', async () => {
  const { url } = await startParley();
  const bob = await openClient(url, 'red');
  for (let times = 0; times < 30; times++) {
    const channel = await openChannel(url, 'red');
    void channel.leave();
  }
  expect((await openClient(url, 'red')).channel.peer).toBe('here');
  expect(bob.states).toEqual([]);
});

it('an effect that leaves by then(), and opens the next one in the same turn, 30 times, is never in its own way', async () => {
  const { url } = await startParley();
  const bob = await openClient(url, 'red');
  let opening = openChannel(url, 'red');
  for (let times = 0; times < 30; times++) {
    // Also one that is not open yet.
    if (times % 2 === 0) await opening;
    void opening.then((channel) => channel.leave());
    opening = openChannel(url, 'red');
  }
  const ann = await opening;
  await ann.send('hello');
  expect([bob.messages, bob.states]).toEqual([['hello'], []]);
  await ann.close();
});
