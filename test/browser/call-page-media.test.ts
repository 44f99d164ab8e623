// Cameras and microphones on the page /call: none, refused, in use, chosen, turned on later. One can always join.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buttonsOf,
  callEachOther,
  direct,
  expectButton,
  expectFrames,
  expectNoComplaints,
  expectPreview,
  expectSays,
  isPressed,
  join,
  openPage,
  press,
  refuseMedia,
  say,
  expectChat,
  watchCamera,
} from '../support/call-page-steps.js';
import { launchCallBrowser, type CallBrowser } from '../support/call-windows.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

let chromium: CallBrowser;
let denied: CallBrowser;
let bare: CallBrowser;
let server: PageServer;

beforeAll(async () => {
  [chromium, denied, bare, server] = await Promise.all([
    launchCallBrowser('chromium'),
    launchCallBrowser('chromium', { camera: 'denied' }),
    launchCallBrowser('chromium', { camera: 'none' }),
    servePages(),
  ]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), denied.close(), bare.close(), server.close()]);
});

const pageOf = (channel: string): string => `${server.url}call#${channel}`;

test('without a permission one is told why, and joins to see and hear', async () => {
  const ann = await openPage(chromium, pageOf('denied'));
  await join(ann);
  const bob = await openPage(denied, pageOf('denied'));
  await expectSays(bob, /^This page may not use your camera and microphone\./);
  expect(await buttonsOf(bob)).toEqual(['Join without camera and microphone', 'Try again', 'Copy']);
  await press(bob, 'Join without camera and microphone');
  await expectSays(bob, direct);
  await expectSays(ann, `${direct} Their camera and microphone are off`);
  await expectFrames(bob);
  await say(bob, 'I can see you');
  await expectChat(ann, 'The other person: I can see you');
  await bob.click('#camera');
  await expect
    .poll(() => bob.read(`document.querySelector('#callProblem').textContent`))
    .toBe('This page is not allowed to use the camera or microphone.');
  expect(await isPressed(bob, 'camera')).toBe(true);
  await expectNoComplaints(ann, bob);
});

test('two without a camera still talk to each other in writing', async () => {
  const [ann, bob] = await Promise.all(
    ['ann', 'bob'].map(async () => {
      const window = await openPage(bare, pageOf('bare'));
      await expectSays(window, /^This device has no camera/);
      await press(window, (await buttonsOf(window))[0] ?? '');
      return window;
    }),
  );
  if (!ann || !bob) throw new Error('Both have opened the page.');
  await expectSays(ann, /^Connected, direct/);
  await say(ann, 'Hello');
  await expectChat(bob, 'The other person: Hello');
  await expectNoComplaints(ann, bob);
});

test('a camera in use: one joins with the microphone, and the camera comes when it is free', async () => {
  const before = `${refuseMedia('video', 'NotReadableError')}
    window.freeCamera = () => (navigator.mediaDevices.getUserMedia = getUserMedia);`;
  const ann = await openPage(chromium, pageOf('busy'), { before });
  await expectSays(ann, /^Your camera cannot be started: another program may be using it/);
  await press(ann, 'Join without a camera');
  const bob = await openPage(chromium, pageOf('busy'));
  await join(bob);
  await expectSays(bob, `${direct} Their camera is off`);
  await ann.click('#camera');
  await expect
    .poll(() => ann.read(`document.querySelector('#callProblem').textContent`))
    .toBe('The camera or microphone is in use by another program.');
  await ann.read('void window.freeCamera()');
  await ann.click('#camera');
  await expectSays(bob, direct);
  await expectFrames(bob);
  expect(await isPressed(ann, 'camera')).toBe(false);
  await expectNoComplaints(ann, bob);
});

test('a problem that is over is over once one tries again', async () => {
  const before = `${refuseMedia('all', 'NotReadableError')}
    window.freeCamera = () => (navigator.mediaDevices.getUserMedia = getUserMedia);`;
  const ann = await openPage(chromium, pageOf('mended'), { before });
  await expectButton(ann, 'Join without camera and microphone');
  await ann.read('void window.freeCamera()');
  await press(ann, 'Try again');
  await expectPreview(ann);
  expect(await buttonsOf(ann)).toEqual(['Join', 'Copy']);
});

test('by plain http a camera needs https or localhost, and one joins without', async () => {
  const before = `Object.defineProperty(navigator, 'mediaDevices', { value: undefined });`;
  const ann = await openPage(chromium, pageOf('plain'), { before });
  await expectSays(ann, /needs https or localhost/);
  expect(await buttonsOf(ann)).toEqual(['Join without camera and microphone', 'Copy']);
  await press(ann, 'Join without camera and microphone');
  await expectSays(ann, 'Waiting for the other person');
  expect(await ann.read(`document.querySelector('#share').checkVisibility()`)).toBe(false);
  await expectNoComplaints(ann);
});

test('a browser without calls is told so', async () => {
  const ann = await openPage(chromium, pageOf('old'), { before: 'delete window.RTCPeerConnection;' });
  await expectSays(ann, /This browser cannot make calls/);
  expect(await buttonsOf(ann)).toEqual(['Copy']);
});

test('the chosen devices are used, those of the preview are marked, and one joins muted or without a camera', async () => {
  const ann = await openPage(chromium, pageOf('chosen'), { before: watchCamera });
  await expectPreview(ann);
  const list = `document.querySelector('#microphone-list')`;
  await expect
    .poll(() => ann.read<string[]>(`[...${list}.options].map(({ text }) => text)`))
    .toEqual(['Fake Default Audio Input', 'Fake Audio Input 1', 'Fake Audio Input 2']);
  await ann.read(`${list}.selectedIndex = 2; void ${list}.dispatchEvent(new Event('change'))`);
  await expect.poll(() => ann.read('askedMedia.length')).toBe(2);
  await expectPreview(ann);
  const used = `givenTracks.at(-2).getSettings().deviceId`;
  await expect.poll(() => ann.read(`${used} === ${list}.value && ${list}.selectedIndex`)).toBe(2);
  await ann.click('#join-cameraless');
  await expectButton(ann, 'Join');
  await expect.poll(() => ann.read('askedMedia.at(-1).video')).toBe(false);
  await ann.click('#join-muted');
  await press(ann, 'Join');
  const bob = await openPage(chromium, pageOf('chosen'));
  await join(bob);
  await expectSays(bob, `${direct} Their camera and microphone are off`);
  expect([await isPressed(ann, 'mute'), await isPressed(ann, 'camera')]).toEqual([true, true]);
  await ann.click('#mute');
  await expectSays(bob, `${direct} Their camera is off`);
  await ann.click('#camera');
  await expectSays(bob, direct);
  await expectFrames(bob);
  await expectNoComplaints(ann, bob);
});

test('a camera that is unplugged in the preview is asked for again; in a call it is said to have stopped', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('unplugged'));
  await ann.read(
    `void document.querySelector('#localVideo').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))`,
  );
  await expect
    .poll(() => ann.read(`document.querySelector('#callProblem').textContent`))
    .toBe('Your camera has stopped.');
  await expectSays(bob, `${direct} Their camera is off`);
  const cy = await openPage(chromium, pageOf('plugged'), { before: watchCamera });
  await expectPreview(cy);
  await cy.read(`void givenTracks[0].dispatchEvent(new Event('ended'))`);
  await expect.poll(() => cy.read('askedMedia.length')).toBe(2);
  await expectPreview(cy);
});

test('where sound needs a click, the picture comes at once, and the sound with the click', async () => {
  const before = `
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      return this.muted || window.wasClicked ? play.call(this) : Promise.reject(new DOMException('No sound yet', 'NotAllowedError'));
    };
    addEventListener('click', ({ target }) => (window.wasClicked ||= target.id === 'hear'), true);`;
  const ann = await openPage(chromium, pageOf('silent'), { before });
  await expectPreview(ann);
  await press(ann, 'Join');
  const bob = await openPage(chromium, pageOf('silent'));
  await join(bob);
  await expectButton(ann, 'Click to hear');
  expect(await ann.read(`document.querySelector('#remoteVideo').muted`)).toBe(true);
  await ann.click('#hear');
  await expect.poll(() => ann.read(`document.querySelector('#remoteVideo').muted`)).toBe(false);
  expect(await buttonsOf(ann)).not.toContain('Click to hear');
});

test('whoever does not answer the question for the camera is in the call all the same, and is seen after the answer', async () => {
  const before = `
    const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const answered = new Promise((resolve) => (window.answer = resolve));
    navigator.mediaDevices.getUserMedia = (constraints) => answered.then(() => getUserMedia(constraints));`;
  const bob = await openPage(chromium, pageOf('slow'));
  await join(bob);
  const ann = await openPage(chromium, pageOf('slow'), { before });
  await expectSays(ann, /^Starting your camera and microphone\. The browser may ask/);
  await press(ann, 'Join');
  await expectSays(bob, `${direct} Their camera and microphone are off`);
  await expectFrames(ann);
  await ann.read('void window.answer()');
  await expectSays(bob, direct);
  await expectFrames(bob);
  await expectNoComplaints(ann, bob);
});

test('a camera that is plugged in while the page misses it is used', async () => {
  const before = `${refuseMedia('video', 'NotFoundError')}
    window.plugIn = () => {
      navigator.mediaDevices.getUserMedia = getUserMedia;
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    };`;
  const ann = await openPage(chromium, pageOf('plug'), { before });
  await expectSays(ann, 'This device has no camera. You can join all the same.');
  await ann.read('void window.plugIn()');
  await expectPreview(ann);
  await expectButton(ann, 'Join');
});
