// Cameras and microphones on the page /call: none, refused, in use, chosen, turned on later. One can always join.
import { expect } from 'vitest';
import { CallFailure } from '../../client/call/call-failure.js';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
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
import { callNotes, callSays, joinLabels, lobbySays } from '../support/call-says.js';

test('without a permission one is told why, and joins to see and hear', async ({
  chromium,
  cameraDenied,
  server,
}) => {
  const ann = await openPage(chromium, server.callPage('denied'));
  await join(ann);
  const bob = await openPage(cameraDenied, server.callPage('denied'));
  await expectSays(bob, lobbySays.problem('permission'));
  expect(await buttonsOf(bob)).toEqual([joinLabels.withoutBoth, 'Try again', 'Copy']);
  await press(bob, joinLabels.withoutBoth);
  await expectSays(bob, direct);
  await expectSays(ann, `${direct} ${callNotes.neither}`);
  await expectFrames(bob);
  await say(bob, 'I can see you');
  await expectChat(ann, 'Other: I can see you');
  await bob.click('#camera');
  await expect
    .poll(() => bob.read(`document.querySelector('#callProblem').textContent`))
    .toBe(new CallFailure('permission').message);
  expect(await isPressed(bob, 'camera')).toBe(true);
  await expectNoComplaints(ann, bob);
});

test('two without a camera still talk to each other in writing', async ({ cameraless, server }) => {
  const [ann, bob] = await Promise.all(
    ['ann', 'bob'].map(async () => {
      const window = await openPage(cameraless, server.callPage('bare'));
      await expectSays(window, lobbySays.problem('no-device'));
      await press(window, (await buttonsOf(window))[0] ?? '');
      return window;
    }),
  );
  if (!ann || !bob) throw new Error('Both have opened the page.');
  await expectSays(ann, new RegExp(`^${direct}`));
  await say(ann, 'Hello');
  await expectChat(bob, 'Other: Hello');
  await expectNoComplaints(ann, bob);
});

test('a camera in use: one joins with the microphone, and the camera comes when it is free', async ({
  chromium,
  server,
}) => {
  const before = `${refuseMedia('video', 'NotReadableError')}
    window.freeCamera = () => (navigator.mediaDevices.getUserMedia = getUserMedia);`;
  const ann = await openPage(chromium, server.callPage('busy'), { before });
  await expectSays(ann, lobbySays.problem('in-use', 'camera'));
  await press(ann, joinLabels.withoutCamera);
  const bob = await openPage(chromium, server.callPage('busy'));
  await join(bob);
  await expectSays(bob, `${direct} ${callNotes.noCamera}`);
  await ann.click('#camera');
  await expect
    .poll(() => ann.read(`document.querySelector('#callProblem').textContent`))
    .toBe(new CallFailure('in-use').message);
  await ann.read('void window.freeCamera()');
  await ann.click('#camera');
  await expectSays(bob, direct);
  await expectFrames(bob);
  expect(await isPressed(ann, 'camera')).toBe(false);
  await expectNoComplaints(ann, bob);
});

test('a problem that is over is over once one tries again', async ({ chromium, server }) => {
  const before = `${refuseMedia('all', 'NotReadableError')}
    window.freeCamera = () => (navigator.mediaDevices.getUserMedia = getUserMedia);`;
  const ann = await openPage(chromium, server.callPage('mended'), { before });
  await expectButton(ann, joinLabels.withoutBoth);
  await ann.read('void window.freeCamera()');
  await press(ann, 'Try again');
  await expectPreview(ann);
  expect(await buttonsOf(ann)).toEqual(['Join', 'Copy']);
});

test('by plain http a camera needs https or localhost, and one joins without', async ({
  chromium,
  server,
}) => {
  const before = `Object.defineProperty(navigator, 'mediaDevices', { value: undefined });`;
  const ann = await openPage(chromium, server.callPage('plain'), { before });
  await expectSays(ann, lobbySays.problem('insecure'));
  expect(await buttonsOf(ann)).toEqual([joinLabels.withoutBoth, 'Copy']);
  await press(ann, joinLabels.withoutBoth);
  await expectSays(ann, callSays.waiting);
  expect(await ann.read(`document.querySelector('#share').checkVisibility()`)).toBe(false);
  await expectNoComplaints(ann);
});

test('a browser without calls is told so', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('old'), {
    before: 'delete window.RTCPeerConnection;',
  });
  await expectSays(ann, lobbySays.problem('unsupported'));
  expect(await buttonsOf(ann)).toEqual(['Copy']);
});

test('the chosen devices are used, those of the preview are marked, and one joins muted or without a camera', async ({
  chromium,
  server,
}) => {
  const ann = await openPage(chromium, server.callPage('chosen'), { before: watchCamera });
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
  const bob = await openPage(chromium, server.callPage('chosen'));
  await join(bob);
  await expectSays(bob, `${direct} ${callNotes.neither}`);
  expect([await isPressed(ann, 'mute'), await isPressed(ann, 'camera')]).toEqual([true, true]);
  await ann.click('#mute');
  await expectSays(bob, `${direct} ${callNotes.noCamera}`);
  await ann.click('#camera');
  await expectSays(bob, direct);
  await expectFrames(bob);
  await expectNoComplaints(ann, bob);
});

test('a camera that is unplugged in the preview is asked for again; in a call it is said to have stopped', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await callEachOther(chromium, chromium, server.callPage('unplugged'));
  await ann.read(
    `void document.querySelector('#localVideo').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))`,
  );
  await expect.poll(() => ann.read(`document.querySelector('#callProblem').textContent`)).toMatch(/camera/);
  await expectSays(bob, `${direct} ${callNotes.noCamera}`);
  const cy = await openPage(chromium, server.callPage('plugged'), { before: watchCamera });
  await expectPreview(cy);
  await cy.read(`void givenTracks[0].dispatchEvent(new Event('ended'))`);
  await expect.poll(() => cy.read('askedMedia.length')).toBe(2);
  await expectPreview(cy);
});

test('where sound needs a click, the picture comes at once, and the sound with the click', async ({
  chromium,
  server,
}) => {
  const before = `
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      return this.muted || window.wasClicked ? play.call(this) : Promise.reject(new DOMException('No sound yet', 'NotAllowedError'));
    };
    addEventListener('click', ({ target }) => (window.wasClicked ||= target.id === 'hear'), true);`;
  const ann = await openPage(chromium, server.callPage('silent'), { before });
  await expectPreview(ann);
  await press(ann, 'Join');
  const bob = await openPage(chromium, server.callPage('silent'));
  await join(bob);
  await expect.poll(() => mustClick(ann)).toBe(true);
  expect(await ann.read(`document.querySelector('#remoteVideo').muted`)).toBe(true);
  await ann.click('#hear');
  await expect.poll(() => ann.read(`document.querySelector('#remoteVideo').muted`)).toBe(false);
  expect(await mustClick(ann)).toBe(false);
});

/** To hear the other person. */
function mustClick(window: BrowserWindow): Promise<boolean> {
  return window.read(`document.querySelector('#hear').checkVisibility()`);
}

test('whoever does not answer the question for the camera is in the call all the same, and is seen after the answer', async ({
  chromium,
  server,
}) => {
  const before = `
    const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const answered = new Promise((resolve) => (window.answer = resolve));
    navigator.mediaDevices.getUserMedia = (constraints) => answered.then(() => getUserMedia(constraints));`;
  const bob = await openPage(chromium, server.callPage('slow'));
  await join(bob);
  const ann = await openPage(chromium, server.callPage('slow'), { before });
  await expectSays(ann, lobbySays.asking);
  await press(ann, 'Join');
  await expectSays(bob, `${direct} ${callNotes.neither}`);
  await expectFrames(ann);
  await ann.read('void window.answer()');
  await expectSays(bob, direct);
  await expectFrames(bob);
  await expectNoComplaints(ann, bob);
});

test('a camera that is plugged in while the page misses it is used', async ({ chromium, server }) => {
  const before = `${refuseMedia('video', 'NotFoundError')}
    window.plugIn = () => {
      navigator.mediaDevices.getUserMedia = getUserMedia;
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    };`;
  const ann = await openPage(chromium, server.callPage('plug'), { before });
  await expectSays(ann, lobbySays.problem('no-device', 'camera'));
  await ann.read('void window.plugIn()');
  await expectPreview(ann);
  await expectButton(ann, 'Join');
});
