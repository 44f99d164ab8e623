// A call on the page /call on bad days: reloads, crashes, two tabs, a server that is gone, the back-forward cache.
import { expect } from 'vitest';
import { ChannelFailure } from '../../client/transport/channel-failure.js';
import { test } from '../support/browser-test.js';
import { goBack, type Browser, type BrowserWindow } from '../support/browser-window.js';
import { callNotes, callSays, lobbySays } from '../support/call-says.js';
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

const expectConnected = async (...windows: BrowserWindow[]): Promise<void> => {
  for (const window of windows) await expectSays(window, direct);
  await expectFrames(...windows);
};

/** Another tab of the same browser has a copy of this one's session storage when it is duplicated. */
async function duplicateTab(chromium: Browser, window: BrowserWindow): Promise<BrowserWindow> {
  const storage = await window.read<string>('JSON.stringify(Object.entries(sessionStorage))');
  const before = `for (const [key, value] of ${storage}) sessionStorage.setItem(key, value);`;
  return openPage(chromium, await window.read('location.href'), { before });
}

test('a reload, or a way back from the back-forward cache, leads straight back into the call, muted as before', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await callEachOther(chromium, chromium, server.callPage('reload'));
  await ann.click('#mute');
  await expect.poll(() => isPressed(ann, 'mute')).toBe(true);
  await ann.reload();
  await expectSays(ann, direct);
  expect(await isPressed(ann, 'mute')).toBe(true);
  await expectSays(bob, new RegExp(callNotes.noMicrophone));
  await expectFrames(ann, bob);
  await say(bob, 'Welcome back');
  await expectChat(ann, 'Other: Welcome back');

  await ann.read(`
    window.isAsItWas = true;
    void setTimeout(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))`);
  await expect.poll(() => ann.read('window.isAsItWas ?? false')).toBe(false);
  await expectSays(ann, direct);
  await expectFrames(ann, bob);
  await expectNoComplaints(ann, bob);
});

test('a reload before Join, or after Hang up, asks again; so does a fresh tab during the call', async ({
  chromium,
  server,
}) => {
  const ann = await openPage(chromium, server.callPage('asked'));
  await expectPreview(ann);
  await ann.reload();
  await join(ann);
  await expectSays(ann, callSays.waiting);
  const fresh = await openPage(chromium, server.callPage('asked'));
  await expectButton(fresh, 'Join');
  await press(ann, 'Hang up');
  await expectSays(ann, callSays.hungUp);
  await ann.reload();
  await expectPreview(ann);
  await expectButton(ann, 'Join');
  await expectNoComplaints(ann, fresh);
});

test('a duplicated tab takes the call over, and the first one says so', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('tabs'));
  await join(ann);
  await expectSays(ann, callSays.waiting);
  const bob = await openPage(chromium, server.callPage('tabs'), { before: watchCamera });
  await join(bob);
  await expectConnected(ann, bob);
  const tab = await duplicateTab(chromium, bob);
  await expectSays(bob, callSays.otherWindow);
  expect(await isCameraOn(bob)).toBe(false);
  await expectButton(bob, 'New call');
  await expectConnected(ann, tab);
  await expectNoComplaints(ann, bob, tab);
});

test('the other tab crashes: in words, and the next who comes is connected', async ({ chromium }) => {
  const { url } = await startParley({ graceMs: 12_000 });
  const [ann, bob] = await callEachOther(chromium, chromium, `${url}/call#crash`);
  await bob.crash();
  await expectSays(ann, callSays.otherServerLost);
  await expectSays(ann, callSays.otherDropped);
  await expectSays(ann, callSays.otherLeft);
  expect(await ann.read(`document.querySelector('#link').checkVisibility()`)).toBe(true);
  const cy = await openPage(chromium, `${url}/call#crash`);
  await join(cy);
  await expectConnected(ann, cy);
  await expectNoComplaints(ann, cy);
});

test('without the server the call goes on, and says so; whoever is back after the other hung up hears of it', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await callEachOther(chromium, chromium, server.callPage('offline'));
  await ann.setOffline(true);
  await expectSays(ann, callSays.ownServerLost);
  await expectSays(bob, callSays.otherServerLost);
  await expectFrames(ann, bob);
  await say(ann, 'Still here');
  await expectChat(bob, 'Other: Still here');
  await ann.setOffline(false);
  await expectConnected(ann, bob);

  await ann.goto('about:blank');
  await expectSays(bob, /connection/);
  await press(bob, 'Hang up');
  await expectSays(bob, callSays.hungUp);
  await ann.goto(server.callPage('offline'));
  await expectSays(ann, callSays.otherHungUp);
  await expectButton(ann, 'Call again');
});

test('a server that cannot be reached is said to be so, and can be tried again', async ({ chromium }) => {
  const parley = await startParley();
  const ann = await openPage(chromium, `${parley.url}/call#away`);
  await expectPreview(ann);
  await ann.setOffline(true);
  await press(ann, 'Join');
  await expectSays(ann, lobbySays.unreachable);
  await expectSays(ann, new ChannelFailure('unreachable').message);
  await ann.setOffline(false);
  await press(ann, 'Try again');
  await expectSays(ann, callSays.waiting);
  await press(ann, 'Hang up');
});

test('joining can be called off', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('off'));
  await expectPreview(ann);
  await ann.setOffline(true);
  await press(ann, 'Join');
  await press(ann, 'Cancel');
  await expectButton(ann, 'Join');
  await ann.setOffline(false);
  await press(ann, 'Join');
  await expectSays(ann, callSays.waiting);
});

test('whoever goes to another page and back is back in the call', async ({
  chromium,
  wholeChromium,
  server,
}) => {
  const [ann, bob] = await callEachOther(wholeChromium, chromium, server.callPage('back'));
  await ann.goto(`${server.url}favicon.svg`);
  await expectSays(bob, /connection/);
  await goBack(ann);
  await expectConnected(ann, bob);
});
