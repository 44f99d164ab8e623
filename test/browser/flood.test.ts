// A peer that sends far too much: the page stays usable, keeps the newest lines and shows their end.
import { expect } from 'vitest';
import { testWith } from '../support/browser-test.js';
import { ask, enterByWire, expectLog, labelOf, said } from '../support/chat-steps.js';

// Above the rate limit of one connection. The page would ask whether the server is there, which shares this busy process,
// and come back after 2 s without an answer: what a peer without numbers sends meanwhile is lost.
const test = testWith({ rateLimit: 0, rateLimitBytes: 0, heartbeatMs: 60_000 });
const messages = 3000;

test('3,000 messages at once: the last one is read at the end of the log, and can be answered', async ({
  chromium,
  server,
}) => {
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
});
