// Makes the README's picture, docs/chat.png: two windows chatting, side by side. And, for looking at, each window in
// light and dark, wide and 375 pixels narrow, in coverage/shots/. Needs a build. Run: node test/browser/take-screenshots.mjs
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { createParley } from '../../dist/server/create-parley.js';

const shots = 'coverage/shots';
mkdirSync(shots, { recursive: true });
mkdirSync('docs', { recursive: true });

const parley = createParley({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
const { port } = await parley.listen();
const url = `http://127.0.0.1:${port}/`;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  chromiumSandbox: false,
  args: ['--disable-background-networking'],
});

/** No prompts here, so the page asks by its field. */
async function openWindow(look) {
  const context = await browser.newContext({ deviceScaleFactor: 2, ...look });
  await context.addInitScript('window.prompt = () => null;');
  return context.newPage();
}

async function write(page, text) {
  await page.locator('#writing').waitFor();
  await page.fill('#words', text);
  await page.press('#words', 'Enter');
  await page.locator('#writing').waitFor({ state: 'hidden' });
}

async function chat(name, look) {
  const ann = await openWindow(look);
  const bob = await openWindow(look);
  const shoot = async (step) => {
    await ann.screenshot({ path: `${shots}/${name}-${step}-ann.png` });
    await bob.screenshot({ path: `${shots}/${name}-${step}-bob.png` });
  };
  await ann.goto(url);
  await ann.locator('#writing').waitFor();
  await shoot('1-name');
  await write(ann, 'teatime');
  await ann.locator('#invitation').waitFor();
  await ann.screenshot({ path: `${shots}/${name}-2-waiting-ann.png` });
  await bob.goto(await ann.inputValue('#link'));
  await shoot('3-joined');
  await write(ann, 'Hello Bob, is the kettle on?');
  await write(bob, 'It is! Milk or lemon?');
  await write(ann, 'Lemon, please. I will be there at four.');
  await bob.locator('#writing').waitFor();
  await shoot('4-chat');
  const cy = await openWindow(look);
  await cy.goto(`${url}?channel=teatime`);
  await cy.locator('#try-again').waitFor();
  await cy.screenshot({ path: `${shots}/${name}-5-full.png` });
  await write(bob, 'Bye');
  await ann.locator('#new-conversation').waitFor();
  await shoot('6-over');
  await Promise.all([ann, bob, cy].map((page) => page.context().close()));
}

for (const colorScheme of ['light', 'dark']) {
  await chat(colorScheme, { colorScheme, viewport: { width: 560, height: 640 } });
  await chat(`${colorScheme}-375`, { colorScheme, viewport: { width: 375, height: 667 } });
}

/** Side by side, as data: the page that shows them comes from nowhere. */
const windows = ['ann', 'bob'].map(
  (person) => `data:image/png;base64,${readFileSync(`${shots}/light-4-chat-${person}.png`, 'base64')}`,
);
const both = await openWindow({ viewport: { width: 1184, height: 688 } });
const pictures = windows.map((source) => `<img src="${source}" width="560" height="640">`);
await both.setContent(`<style>
  body { display: flex; gap: 16px; margin: 0; padding: 24px; background: #e9ddcd }
  img { border-radius: 12px; box-shadow: 0 4px 18px #0003 }
</style>${pictures.join('')}`);
await both.screenshot({ path: 'docs/chat.png' });

await browser.close();
await parley.close();
