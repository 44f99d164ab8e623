// A peer that sends far too much: the page stays usable, keeps the newest lines and shows their end.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, enterByWire, expectLog, labelOf, said } from '../support/chat-steps.js';
import { launchChromium, type Chromium } from '../support/chromium.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

const messages = 3000;

let chromium: Chromium;
let server: PageServer;

beforeAll(async () => {
  [chromium, server] = await Promise.all([launchChromium(), servePages()]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), server.close()]);
});

test('3,000 messages at once: the last one is read at the end of the log, and can be answered', async () => {
  const window = await chromium.openWindow({ width: 375, height: 667, showsPrompts: false });
  const peer = await enterByWire(server.url, 'flood');
  await window.goto(`${server.url}?channel=flood%20`);
  await expectLog(window, said.joined('flood'));
  for (let count = 1; count <= messages; count += 1) peer.emit('message', `number ${count}`);

  const newest = `document.querySelector('#scratchPad').lastElementChild.textContent`;
  await expect.poll(() => window.read(newest)).toBe(`number ${messages}`);
  expect(await window.read(`document.querySelectorAll('#scratchPad p').length`)).toBe(2000);
  const distance = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(
    document.querySelector('#scratchPad'))`;
  await expect.poll(() => window.read<number>(distance)).toBeLessThan(2);
  await expect.poll(() => labelOf(window)).toBe(ask.answer);
  const heard = new Promise((resolve) => peer.once('response', resolve));
  await window.type('enough');
  await window.press('Enter');
  expect(await heard).toBe('enough');
  expect(await window.complaints()).toEqual([]);
  peer.disconnect();
  await window.close();
});
