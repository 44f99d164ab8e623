// For looking at: the page /call in its states, in light and dark, wide, upright and on its side, in coverage/shots/. Needs a
// build. Run: node test/browser/take-call-screenshots.mjs [part of a name]
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { createParley } from '../../dist/server/create-parley.js';

const shots = 'coverage/shots';
const [, , wanted = ''] = process.argv;
mkdirSync(shots, { recursive: true });

const parley = createParley({ port: 0, callsPort: 0, host: '127.0.0.1', logLevel: 'silent' });
const { port } = await parley.listen();
const url = `http://127.0.0.1:${port}/call`;

function launch(...camera) {
  return chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    chromiumSandbox: false,
    args: ['--disable-background-networking', '--disable-features=WebRtcHideLocalIpsWithMdns', ...camera],
  });
}

const browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
const denied = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny');

async function openWindow(from, look) {
  const context = await from.newContext(look);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.log('console:', message.text());
  });
  page.on('pageerror', (error) => console.log('error:', error.message));
  return page;
}

const statusOf = (page, hasText) => page.locator('#callStatus', { hasText }).waitFor();

async function take(name, look) {
  if (!name.includes(wanted)) return;
  const ann = await openWindow(browser, look);
  const bob = await openWindow(browser, look);
  const dee = await openWindow(denied, look);
  const shoot = async (page, step, options = {}) => {
    await page.screenshot({ path: `${shots}/call-${name}-${step}.png`, ...options });
  };
  await ann.goto(url);
  await shoot(ann, '1-name');
  await ann.goto(`${url}#teatime-${name}`);
  await ann.locator('#camera-list option').waitFor({ state: 'attached' });
  await ann.waitForTimeout(800);
  await shoot(ann, '2-ready', { fullPage: true });
  await dee.goto(`${url}#teatime-${name}`);
  await dee.locator('#status.bad').waitFor();
  await shoot(dee, '2-denied', { fullPage: true });
  await ann.click('#join');
  await statusOf(ann, 'Waiting');
  await ann.waitForTimeout(800);
  await shoot(ann, '3-waiting');
  await bob.goto(`${url}#teatime-${name}`);
  await bob.click('#join');
  for (const page of [ann, bob]) await statusOf(page, 'Connected,');
  const say = async (page, text) => {
    await page.fill('#chatText', text);
    await page.press('#chatText', 'Enter');
  };
  await say(ann, 'Can you see the kettle?');
  await say(
    bob,
    'I can! Is the water on? I have brought the lemons and also the honey that you liked so much.',
  );
  await bob.locator('.theirs').waitFor();
  await say(ann, 'Come in four minutes.');
  await ann.waitForTimeout(6000);
  await shoot(ann, '4-call');
  await shoot(ann, '4-call-whole', { fullPage: true });
  await bob.click('#mute');
  await bob.click('#camera');
  await statusOf(ann, 'off');
  await shoot(ann, '5-dark');
  await shoot(bob, '5-off');
  await dee.click('#join');
  await dee.locator('#try-again').waitFor();
  await shoot(dee, '6-full');
  await bob.click('#hangUp');
  await ann.locator('#call-again').waitFor();
  await shoot(ann, '7-over');
  await Promise.all([ann, bob, dee].map((page) => page.context().close()));
}

for (const colorScheme of ['light', 'dark']) {
  const look = (width, height) => ({ colorScheme, viewport: { width, height }, deviceScaleFactor: 1 });
  await take(`${colorScheme}-wide`, look(1280, 800));
  await take(`${colorScheme}-375`, { ...look(375, 667), hasTouch: true, isMobile: true });
  await take(`${colorScheme}-667`, { ...look(667, 375), hasTouch: true, isMobile: true });
}

await Promise.all([browser.close(), denied.close()]);
await parley.close();
