// A call on the page /call on bad days: reloads, crashes, two tabs, a server that is gone, the back-forward cache.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startParley } from '../support/parley.js';
import {
  callEachOther,
  direct,
  expectButton,
  expectChat,
  expectFrames,
  expectNoComplaints,
  expectPreview,
  expectSays,
  isCameraOn,
  isPressed,
  join,
  openPage,
  press,
  say,
  watchCamera,
} from '../support/call-page-steps.js';
import { launchCallBrowser, type CallBrowser, type CallWindow } from '../support/call-windows.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

let chromium: CallBrowser;
let server: PageServer;

beforeAll(async () => {
  [chromium, server] = await Promise.all([launchCallBrowser('chromium'), servePages()]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), server.close()]);
});

const pageOf = (channel: string): string => `${server.url}call#${channel}`;

const expectConnected = async (...windows: CallWindow[]): Promise<void> => {
  for (const window of windows) await expectSays(window, direct);
  await expectFrames(...windows);
};

/** Another tab of the same browser has a copy of this one's session storage when it is duplicated. */
async function duplicateTab(window: CallWindow): Promise<CallWindow> {
  const storage = await window.read<string>('JSON.stringify(Object.entries(sessionStorage))');
  const before = `for (const [key, value] of ${storage}) sessionStorage.setItem(key, value);`;
  return openPage(chromium, await window.read('location.href'), { before });
}

test('a reload leads straight back into the call, muted as before', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('reload'));
  await ann.click('#mute');
  await expect.poll(() => isPressed(ann, 'mute')).toBe(true);
  await ann.reload();
  await expectSays(ann, direct);
  expect(await isPressed(ann, 'mute')).toBe(true);
  await expectSays(bob, /Their microphone is off/);
  await expectFrames(ann, bob);
  await say(bob, 'Welcome back');
  await expectChat(ann, 'The other person: Welcome back');
  await expectNoComplaints(ann, bob);
});

test('a reload before Join, or after Hang up, asks again; so does a fresh tab during the call', async () => {
  const ann = await openPage(chromium, pageOf('asked'));
  await expectPreview(ann);
  await ann.reload();
  await join(ann);
  await expectSays(ann, 'Waiting for the other person');
  const fresh = await openPage(chromium, pageOf('asked'));
  await expectButton(fresh, 'Join');
  await press(ann, 'Hang up');
  await expectSays(ann, 'You have hung up');
  await ann.reload();
  await expectPreview(ann);
  await expectButton(ann, 'Join');
  await expectNoComplaints(ann, fresh);
});

test('whoever reloads after the other hung up hears of it', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('missed'));
  await ann.goto('about:blank');
  await expectSays(bob, /connection/);
  await press(bob, 'Hang up');
  await expectSays(bob, 'You have hung up');
  await ann.goto(pageOf('missed'));
  await expectSays(ann, 'The other person has hung up');
  await expectButton(ann, 'Call again');
});

test('a duplicated tab takes the call over, and the first one says so', async () => {
  const ann = await openPage(chromium, pageOf('tabs'));
  await join(ann);
  await expectSays(ann, 'Waiting for the other person');
  const bob = await openPage(chromium, pageOf('tabs'), { before: watchCamera });
  await join(bob);
  await expectConnected(ann, bob);
  const tab = await duplicateTab(bob);
  await expectSays(bob, 'The call goes on in another window');
  expect(await isCameraOn(bob)).toBe(false);
  await expectButton(bob, 'New call');
  await expectConnected(ann, tab);
  await expectNoComplaints(ann, bob, tab);
});

test('the other tab crashes: in words, and the next who comes is connected', async () => {
  const { url } = await startParley({ graceMs: 12_000 });
  const [ann, bob] = await callEachOther(chromium, chromium, `${url}/call#crash`);
  await bob.crash();
  await expectSays(ann, 'Their connection to the server is lost; the call goes on');
  await expectSays(ann, 'Their connection dropped, waiting');
  await expectSays(ann, 'The other person has left. Waiting for somebody to come');
  expect(await ann.read(`document.querySelector('#link').checkVisibility()`)).toBe(true);
  const cy = await openPage(chromium, `${url}/call#crash`);
  await join(cy);
  await expectConnected(ann, cy);
  await expectNoComplaints(ann, cy);
});

test('without the server the call goes on, and says so', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('offline'));
  await ann.setOffline(true);
  await expectSays(ann, 'The connection to the server is lost; the call goes on');
  await expectSays(bob, 'Their connection to the server is lost; the call goes on');
  await expectFrames(ann, bob);
  await say(ann, 'Still here');
  await expectChat(bob, 'The other person: Still here');
  await ann.setOffline(false);
  await expectConnected(ann, bob);
});

test('a server that cannot be reached is said to be so, and can be tried again', async () => {
  const parley = await startParley();
  const ann = await openPage(chromium, `${parley.url}/call#away`);
  await expectPreview(ann);
  await ann.setOffline(true);
  await press(ann, 'Join');
  await expectSays(ann, 'The server cannot be reached; trying again');
  await expectSays(ann, 'The server cannot be reached.');
  await ann.setOffline(false);
  await press(ann, 'Try again');
  await expectSays(ann, 'Waiting for the other person');
  await press(ann, 'Hang up');
});

test('joining can be called off', async () => {
  const ann = await openPage(chromium, pageOf('off'));
  await expectPreview(ann);
  await ann.setOffline(true);
  await press(ann, 'Join');
  await press(ann, 'Cancel');
  await expectButton(ann, 'Join');
  await ann.setOffline(false);
  await press(ann, 'Join');
  await expectSays(ann, 'Waiting for the other person');
});

test('a page that is back from the back-forward cache is back in the call', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('revived'));
  await ann.read(`
    window.isAsItWas = true;
    void setTimeout(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))`);
  await expect.poll(() => ann.read('window.isAsItWas ?? false')).toBe(false);
  await expectConnected(ann, bob);
  await expectNoComplaints(ann, bob);
});

test('whoever goes to another page and back is back in the call', async () => {
  const keeping = await launchCallBrowser('chromium', { keepsLeftPages: true });
  const [ann, bob] = await callEachOther(keeping, chromium, pageOf('back'));
  await ann.goto(`${server.url}favicon.svg`);
  await expectSays(bob, /connection/);
  await ann.read('void history.back()');
  await expectConnected(ann, bob);
  await keeping.close();
});
