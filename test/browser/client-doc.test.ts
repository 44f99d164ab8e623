// The pages in docs/client.md, served as they stand there: two people chat, and two people call.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { test } from '../support/browser-test.js';
import { documentedFiles } from '../support/documented-files.js';
import { servePages } from '../support/serve-pages.js';

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
