// Waiting in line with the library, on a real server: for a seat and for a name that somebody leaves, or whose owner is gone
// without a word. [R36] [U31]
import { expect, it, onTestFinished } from 'vitest';
import { openChannel, openUserLine, type OpenChannelOptions } from '../../client/index.js';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';
import { openClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';

/** What the program was told while it waited, without repetitions. */
function watchWaits(): Required<Pick<OpenChannelOptions, 'wait' | 'onWait'>> & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    wait: true,
    onWait(freeInMs) {
      const now = freeInMs === undefined ? 'both are here' : 'one is away';
      if (told.at(-1) !== now) told.push(now);
    },
  };
}

async function openLine(url: string, name: string, options: Parameters<typeof openUserLine>[2] = {}) {
  const line = await openUserLine(`${url}/calls`, name, options);
  onTestFinished(() => line.close());
  return line;
}

it('[R36] a third person gets the seat of the one who leaves', async () => {
  const { url } = await startParley();
  const ann = await openClient(url, 'red');
  const bob = await openChannel(url, 'red');
  const waits = watchWaits();
  const waiting = openClient(url, 'red', waits);
  await expect.poll(() => waits.told).toEqual(['both are here']);
  await bob.leave();
  const cy = await waiting;
  await cy.channel.send('hello');
  expect([ann.messages, ann.states]).toEqual([['hello'], []]);
});

it('[R25] [R36] the seat of a client that answers nothing any more is given to who waits', async () => {
  const { url, port } = await startParley({ heartbeatMs: 0, yieldMs: 3500 });
  const ann = await openClient(url, 'red');
  const ghost = await openRawSocketIo(port);
  ghost.write(frameOf('42["create or join","red",{"resume":true,"seat":"ghost"}]'));
  await ghost.hears(/"joined"/);
  const waits = watchWaits();
  const cy = await openClient(url, 'red', waits);
  await cy.channel.send('hello');
  // Who has spoken within the last second is not probed.
  expect([ann.messages, ann.states, waits.told.at(-1)]).toEqual([['hello'], [], 'one is away']);
});

it('[U31] a name is given to who waits for it as soon as it is free', async () => {
  const { url } = await startParley();
  const ann = await openUserLine(`${url}/calls`, 'ann');
  const waits = watchWaits();
  const waiting = openLine(url, 'ann', waits);
  await expect.poll(() => waits.told).toEqual(['both are here']);
  await ann.close();
  expect((await waiting).state).toBe('open');
});

it('a page that closes its line and logs in again at once, 30 times, is never in its own way', async () => {
  const { url } = await startParley();
  for (let times = 0; times < 30; times++) {
    const aborter = new AbortController();
    const line = await openUserLine(`${url}/calls`, 'ann', { signal: aborter.signal });
    if (times % 2 === 0) void line.close();
    else aborter.abort();
  }
  expect((await openLine(url, 'ann')).state).toBe('open');
});

it('30 logins that are aborted after any number of milliseconds leave no name behind', async () => {
  const { url } = await startParley();
  for (let ms = 0; ms < 30; ms++) {
    const aborter = new AbortController();
    const opening = openUserLine(`${url}/calls`, 'ann', { signal: aborter.signal });
    setTimeout(() => aborter.abort(), ms);
    const line = await opening.catch(() => undefined);
    aborter.abort();
    await line?.closed;
  }
  expect((await openLine(url, 'ann')).state).toBe('open');
});

it('[U4] [U22] a login that comes while the holder logs out has the name, or is told taken by a live one', async () => {
  const { url } = await startParley();
  // Written otherwise, so that the library of this process does not wait for its own goodbye.
  const elsewhere = url.replace('127.0.0.1', 'localhost');
  for (let ms = 0; ms < 40; ms++) {
    const ann = await openUserLine(`${url}/calls`, 'ann');
    const next = openUserLine(`${elsewhere}/calls`, 'ann').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, ms % 20));
    await ann.close();
    await (await next)?.close();
    // Whatever came of that one, nobody has the name now.
    await (await openUserLine(`${elsewhere}/calls`, 'ann')).close();
  }
});
