// The pages in docs/client.md, served as they stand there: two people chat, and two people call. And its recipes for React and Vue, as
// a bundler takes them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished } from 'vitest';
import { openChannel } from '../../client/index.js';
import { test } from '../support/browser-test.js';
import { documentedFiles } from '../support/documented-files.js';
import { watchChannel } from '../support/library-client.js';
import { servePages } from '../support/serve-pages.js';
import { projectRoot } from '../support/source-files.js';

/** A server with the pages of the document. */
async function serveDocumented(): Promise<string> {
  const publicDir = await mkdtemp(join(tmpdir(), 'parley-doc-'));
  for (const { name, text } of documentedFiles('docs/client.md'))
    await writeFile(join(publicDir, name), text);
  const { url, close } = await servePages({ publicDir });
  onTestFinished(async () => {
    await close();
    await rm(publicDir, { recursive: true });
  });
  return url;
}

test('the chat', async ({ chromium }) => {
  const url = await serveDocumented();
  const [ann, bob] = [await chromium.openWindow(), await chromium.openWindow()];
  const says = (text: string): string => `document.body.textContent.includes(${JSON.stringify(text)})`;
  await ann.goto(`${url}chat.html#red`);
  await expect.poll(() => ann.read(says('open, the other one is gone'))).toBe(true);
  await ann.click('#text');
  await ann.type('hello');
  await ann.press('Enter');
  await bob.goto(`${url}chat.html#red`);
  await expect.poll(() => bob.read(says('they: hello'))).toBe(true);
  await expect.poll(() => ann.read(says('you: hello'))).toBe(true);
  await bob.reload();
  await bob.click('#text');
  await bob.type('after a reload');
  await bob.press('Enter');
  await expect.poll(() => ann.read(says('they: after a reload'))).toBe(true);
  for (const window of [ann, bob]) expect(await window.complaints()).toEqual([]);
});

test('the call', async ({ chromium }) => {
  const url = await serveDocumented();
  const [ann, bob] = [await chromium.openWindow(), await chromium.openWindow()];
  for (const window of [ann, bob]) await window.goto(`${url}call.html#red`);
  const isPlaying = 'document.querySelector("#remote").videoWidth > 0';
  for (const window of [ann, bob]) await expect.poll(() => window.read(isPlaying)).toBe(true);
  await ann.click('#hang-up');
  const state = 'document.querySelector("#state").textContent';
  for (const window of [ann, bob]) await expect.poll(() => window.read(state)).toBe('ended');
  for (const window of [ann, bob]) expect(await window.complaints()).toEqual([]);
});

const root = `document.body.appendChild(document.createElement('main'))`;

/** Programs that mount a recipe; `unmount` takes it away again. The page shows who is there, and what has come. */
const mounts = {
  'the hooks of parley/react': `
    import { createElement, StrictMode } from 'react';
    import { createRoot } from 'react-dom/client';
    import { Room } from './room.jsx';
    const app = createRoot(${root});
    app.render(createElement(StrictMode, null, createElement(Room, { url: '/', name: 'red' })));
    window.unmount = () => app.unmount();`,
  'an effect of React': `
    import { createElement, StrictMode, useEffect, useState } from 'react';
    import { createRoot } from 'react-dom/client';
    import { useOwnChannel } from './use-own-channel.js';
    function Room() {
      const { channel, failure } = useOwnChannel('/', 'red');
      const [text, setText] = useState('');
      useEffect(() => channel?.on('message', setText), [channel]);
      return [failure?.message, channel && 'here', text].join(' ');
    }
    const app = createRoot(${root});
    app.render(createElement(StrictMode, null, createElement(Room)));
    window.unmount = () => app.unmount();`,
  'a composable of Vue': `
    import { createApp } from 'vue';
    import { useChannel } from './channel-in-vue.js';
    const app = createApp({
      setup() {
        const { peer, messages, failure } = useChannel('/', 'red');
        return () => [failure.value?.message, peer.value, ...messages.value].join(' ');
      },
    });
    app.mount(${root});
    window.unmount = () => app.unmount();`,
};

test.for(Object.entries(mounts))('%s', async ([, program], { chromium }) => {
  const publicDir = await mkdtemp(join(tmpdir(), 'parley-recipe-'));
  onTestFinished(() => rm(publicDir, { recursive: true }));
  for (const { name, text } of documentedFiles('docs/client.md'))
    await writeFile(join(publicDir, name), text);
  await build({
    stdin: { contents: program, resolveDir: publicDir },
    bundle: true,
    outfile: join(publicDir, 'program.js'),
    jsx: 'automatic',
    alias: {
      'parley/client': join(projectRoot, 'client/index.ts'),
      'parley/react': join(projectRoot, 'client/react/hooks.ts'),
    },
    nodePaths: [join(projectRoot, 'node_modules')],
    external: ['ws'],
    // With the React that mounts each component of StrictMode twice.
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  const page = '<!doctype html><title>A recipe</title><body><script src="/program.js"></script>';
  await writeFile(join(publicDir, 'recipe.html'), page);
  const { url, close } = await servePages({ publicDir });
  onTestFinished(close);
  const other = await openChannel(url, 'red');
  onTestFinished(() => other.close());
  const { messages, states } = watchChannel(other);
  const window = await chromium.openWindow();
  await window.goto(`${url}recipe.html`);
  const shows = (): Promise<string> => window.read('document.body.textContent');
  await expect.poll(shows).toContain('here');
  await other.send('from Node');
  await expect.poll(shows).toContain('from Node');
  if (await window.read(`document.querySelector('button') !== null`)) {
    await window.click('button');
    await expect.poll(() => messages).toEqual(['hello']);
  }
  await window.read('unmount()');
  await expect.poll(() => other.peer).toBe('gone');
  expect([states, await window.complaints()]).toEqual([[], []]);
});
