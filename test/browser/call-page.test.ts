// The page /call: two people with cameras meet by a link, see each other, write to each other, and hang up.
import { expect, onTestFinished } from 'vitest';
import { badName } from '../../client/pages/call/channel-name.js';
import { test } from '../support/browser-test.js';
import { callNotes, callSays, lobbySays } from '../support/call-says.js';
import { enterByWire } from '../support/chat-steps.js';
import {
  callEachOther,
  chatOf,
  direct,
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
  saysOf,
  watchCamera,
} from '../support/call-page-steps.js';

test('two people see each other and write to each other, in Chromium and Firefox, until one hangs up', async ({
  chromium,
  firefox,
  server,
}) => {
  const [ann, bob] = await callEachOther(chromium, firefox, server.callPage('two'));
  await expectFrames(ann, bob);
  await say(ann, 'Can you see me?');
  await expectChat(bob, 'Other: Can you see me?');
  await say(bob, 'Very well');
  await expectChat(ann, 'You: Can you see me?', 'Other: Very well');
  await press(ann, 'Hang up');
  await expectSays(ann, callSays.hungUp);
  await expectSays(bob, callSays.otherHungUp);
  expect(await chatOf(bob)).toEqual(['Other: Can you see me?', 'You: Very well']);
  await expectNoComplaints(ann, bob);
});

test('both press Join at the same moment, and once more', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('glare'));
  const bob = await openPage(chromium, server.callPage('glare'));
  await Promise.all([expectPreview(ann), expectPreview(bob)]);
  await Promise.all([press(ann, 'Join'), press(bob, 'Join')]);
  for (const window of [ann, bob]) await expectSays(window, direct);
  await expectFrames(ann, bob);
  await press(ann, 'Hang up');
  await expectSays(bob, callSays.otherHungUp);
  await Promise.all([press(ann, 'Call again'), press(bob, 'Call again')]);
  for (const window of [ann, bob]) await expectSays(window, direct);
  await expectNoComplaints(ann, bob);
}, 120_000);

test('before Join nothing is sent and nobody is in the channel', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('quiet'));
  await expectPreview(ann);
  const requests = await ann.read<string[]>(
    `performance.getEntriesByType('resource').map(({ name }) => name)`,
  );
  expect(requests.filter((name) => name.includes('socket.io'))).toEqual([]);
  const bob = await enterByWire(server.url, 'quiet');
  onTestFinished(() => void bob.disconnect());
  await press(ann, 'Join');
  await expectSays(ann, 'Connecting');
  await expectNoComplaints(ann);
});

test('the third person is told that the channel is full, and comes in when there is room', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await callEachOther(chromium, chromium, server.callPage('crowded'));
  const cy = await openPage(chromium, server.callPage('crowded'));
  await join(cy);
  await expectSays(cy, lobbySays.full('crowded'));
  await say(bob, 'Only for ann');
  await expectChat(ann, 'Other: Only for ann');
  await bob.closeTab();
  for (const window of [ann, cy]) await expectSays(window, direct);
  await expectFrames(ann, cy);
  await say(cy, 'Hello');
  await expectChat(ann, 'Other: Only for ann', 'The other person has left', 'Other: Hello');
  await expectChat(cy, 'You: Hello');
  await expectNoComplaints(ann, cy);
});

test('muted and dark: the other side is told, and told again; a screen takes the place of the camera while it is shared', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await callEachOther(chromium, chromium, server.callPage('muted'));
  await bob.click('#camera');
  await expectSays(ann, `${direct} ${callNotes.noCamera}`);
  await bob.click('#mute');
  await expectSays(ann, `${direct} ${callNotes.neither}`);
  await bob.click('#camera');
  await expectSays(ann, `${direct} ${callNotes.noMicrophone}`);
  await bob.click('#mute');
  await expectSays(ann, direct);
  expect([await isPressed(bob, 'mute'), await isPressed(bob, 'camera')]).toEqual([false, false]);

  await ann.click('#share');
  await expect.poll(() => isPressed(ann, 'share')).toBe(true);
  expect(await ann.read(`document.querySelector('#camera').disabled`)).toBe(true);
  expect(await ann.read(`document.querySelector('#localVideo').classList.contains('mirrored')`)).toBe(false);
  await expectFrames(bob);
  await ann.click('#share');
  await expect.poll(() => isPressed(ann, 'share')).toBe(false);
  expect(await ann.read(`document.querySelector('#localVideo').classList.contains('mirrored')`)).toBe(true);
  await expectFrames(bob);
  await expectNoComplaints(ann, bob);
});

test('after Hang up no camera is on; one can call again, or begin anew', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('again'), { before: watchCamera });
  await join(ann);
  await expectSays(ann, callSays.waiting);
  await expect.poll(() => isCameraOn(ann)).toBe(true);
  await press(ann, 'Hang up');
  await expectSays(ann, callSays.hungUp);
  expect(await isCameraOn(ann)).toBe(false);
  await press(ann, 'Call again');
  await expectSays(ann, callSays.waiting);
  await expect.poll(() => isCameraOn(ann)).toBe(true);
  await press(ann, 'Hang up');
  await press(ann, 'New call');
  await expect.poll(() => ann.read('location.hash')).toBe('');
  expect(await ann.read('document.activeElement.id')).toBe('name');
  expect(await isCameraOn(ann)).toBe(false);
  await expectNoComplaints(ann);
});

test('a name is suggested, the link leads to it, and a new name in the address is taken before a call only', async ({
  chromium,
  server,
}) => {
  const ann = await openPage(chromium, `${server.url}call`);
  await expectSays(ann, lobbySays.naming);
  const suggested = await ann.read<string>(`document.querySelector('#name').value`);
  await ann.press('Enter');
  await expectPreview(ann);
  expect(await ann.read('location.hash')).toBe(`#${suggested}`);
  expect(await ann.read(`document.querySelector('#link').value`)).toBe(server.callPage(suggested));
  await ann.read(`void (location.hash = 'tea time')`);
  await expect.poll(() => ann.read(`document.querySelector('#channel').textContent`)).toBe('tea time');
  await join(ann);
  await expectSays(ann, callSays.waiting);
  await ann.read(`void (location.hash = 'elsewhere')`);
  await expect.poll(() => ann.read('location.hash')).toBe('#tea%20time');
  expect(await saysOf(ann)).toBe(callSays.waiting);
  await expectNoComplaints(ann);
});

test('a name that cannot be used is said to be none, and can be mended', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('x'.repeat(129)));
  await expectSays(ann, badName);
  await ann.read(`document.querySelector('#name').select()`);
  await ann.type('mended');
  await ann.press('Enter');
  await expectPreview(ann);
  expect(await ann.read('location.hash')).toBe('#mended');
  await expectNoComplaints(ann);
});

test('a text waits for the connection; one that is not sent says so', async ({ chromium, server }) => {
  const ann = await openPage(chromium, server.callPage('early'));
  await join(ann);
  await say(ann, 'Is anybody there?');
  await expectChat(ann, 'You: Is anybody there? (waiting)');
  await ann.read(`document.querySelector('#chatText').value = 'x'.repeat(66000)`);
  await ann.press('Enter');
  await expect.poll(async () => (await chatOf(ann))[1]).toMatch(/ \(not sent\)$/);
  const bob = await openPage(chromium, server.callPage('early'));
  await join(bob);
  await expectChat(bob, 'Other: Is anybody there?');
  await expect.poll(async () => (await chatOf(ann))[0]).toBe('You: Is anybody there?');
  await expectNoComplaints(ann, bob);
});
