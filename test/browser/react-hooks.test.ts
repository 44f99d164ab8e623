// The hooks of parley/react in components that change their options, their callbacks and their neighbours while they are mounted.
import { expect, onTestFinished } from 'vitest';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { buildExample } from '../support/built-example.js';
import { servePages } from '../support/serve-pages.js';

let publicDir = '';
let remove = (): Promise<void> => Promise.resolve();

test.beforeAll(async () => {
  const page = 'test/support/hooks-page.ts';
  publicDir = await buildExample((cleanUp) => (remove = cleanUp), { react: 'development', page });
});
test.afterAll(() => remove());

async function openPage(openWindow: () => Promise<BrowserWindow>): Promise<BrowserWindow> {
  const { url, close } = await servePages({ publicDir });
  onTestFinished(close);
  const window = await openWindow();
  await window.goto(`${url}page.html`);
  await expect.poll(() => window.read('typeof endedAtOnce')).toBe('function');
  return window;
}

test.for([
  [
    'restart() reads the options anew, also those of a state that is set in the same turn',
    'restartWithNewOptions',
    ['connects as the first', 'asks for audio', 'connects as the second'],
  ],
  ['callbacks and addresses that are others at each render do not open it again', 'renderOften', 1],
  ['[R1] components that spell a name in two ways share its channel', 'twoSpellings', [true, 'gone']],
  ['a component that keeps the channel sees that the call is hung up', 'callAfterChannel', ['ended', 'me']],
  ['a channel that is ended in the turn in which it opens says why', 'endedAtOnce', ['ended', 'closed']],
  ['a component that is unmounted releases the camera', 'releaseCameras', [3, 6]],
] as const)('%s', async ([, name, seen], { chromium }) => {
  const window = await openPage(() => chromium.openWindow());
  expect(await window.read(`${name}()`)).toEqual(seen);
  expect(await window.complaints()).toEqual([]);
});
