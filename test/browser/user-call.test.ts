// Two real browsers call each other by name, with a page that behaves as the tutorial's does.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { test } from '../support/browser-test.js';
import type { BrowserName, BrowserWindow } from '../support/browser-window.js';
import { startCalls } from '../support/user-client.js';

const page = readFileSync(new URL('../support/tutorial-page.html', import.meta.url));

/** The address of the page, which connects to a parley of this test's own. */
async function servePage(): Promise<string> {
  const { url } = await startCalls();
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end(page);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/?calls=${url}`;
}

const logOf = (window: BrowserWindow): Promise<string[]> =>
  window.read(`[...document.querySelectorAll('#log li')].map((line) => line.textContent)`);

async function fill(window: BrowserWindow, field: string, text: string): Promise<void> {
  await window.click(field);
  await window.type(text);
}

async function logIn(window: BrowserWindow, address: string, name: string): Promise<void> {
  await window.goto(address);
  await expect.poll(() => window.read('line.readyState')).toBe(1);
  await fill(window, '#own-name', name);
  await window.click('#login');
  await expect.poll(() => window.read(`find('call-page').hidden`)).toBe(false);
}

/** The whole flow: log in, call, talk over a data channel, hang up, and call again the other way round. */
async function callAndHangUp(ann: BrowserWindow, bob: BrowserWindow): Promise<void> {
  const address = await servePage();
  await logIn(ann, address, 'ann');
  await logIn(bob, address, 'bob');

  await fill(ann, '#other-name', 'bob');
  await ann.click('#call');
  for (const window of [ann, bob]) {
    await expect.poll(() => logOf(window)).toEqual(['connected']);
  }
  await fill(ann, '#text', 'hello, bob');
  await ann.click('#send');
  await expect.poll(() => logOf(bob)).toEqual(['connected', 'ann: hello, bob']);
  await fill(bob, '#text', 'hello, ann');
  await bob.click('#send');
  await expect.poll(() => logOf(ann)).toEqual(['connected', 'bob: hello, ann']);

  await bob.click('#hang-up');
  await expect.poll(() => logOf(ann)).toEqual(['connected', 'bob: hello, ann', 'bob is gone']);

  await fill(bob, '#other-name', 'ann');
  await bob.click('#call');
  for (const window of [ann, bob]) {
    await expect.poll(async () => (await logOf(window)).at(-1)).toBe('connected');
  }
  await bob.close();
  await expect.poll(async () => (await logOf(ann)).at(-1)).toBe('bob is gone');
}

test.for<[BrowserName, BrowserName]>([
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
])(
  '[U6] [U8] [U12] %s calls %s by name, they talk, hang up, and call the other way round',
  async ([annsName, bobsName], { browsers }) => {
    const ann = await browsers[annsName].openWindow();
    const bob = await browsers[bobsName].openWindow();
    onTestFinished(ann.close);
    onTestFinished(bob.close);
    await callAndHangUp(ann, bob);
  },
);
