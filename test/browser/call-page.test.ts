// The page /call: two people with cameras meet by a link, see each other, write to each other, and hang up.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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
import { launchCallBrowser, type CallBrowser } from '../support/call-windows.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

let chromium: CallBrowser;
let firefox: CallBrowser;
let server: PageServer;

beforeAll(async () => {
  [chromium, firefox, server] = await Promise.all([
    launchCallBrowser('chromium'),
    launchCallBrowser('firefox'),
    servePages(),
  ]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), firefox.close(), server.close()]);
});

const pageOf = (channel: string): string => `${server.url}call#${channel}`;

test.each(['chromium', 'firefox'] as const)(
  'two people see each other and write to each other, one of them with %s, until one hangs up',
  async (browser) => {
    const [ann, bob] = await callEachOther(
      chromium,
      browser === 'chromium' ? chromium : firefox,
      pageOf(browser),
    );
    await expectFrames(ann, bob);
    await say(ann, 'Can you see me?');
    await expectChat(bob, 'The other person: Can you see me?');
    await say(bob, 'Very well');
    await expectChat(ann, 'You: Can you see me?', 'The other person: Very well');
    await press(ann, 'Hang up');
    await expectSays(ann, 'You have hung up');
    await expectSays(bob, 'The other person has hung up');
    expect(await chatOf(bob)).toEqual(['The other person: Can you see me?', 'You: Very well']);
    await expectNoComplaints(ann, bob);
  },
);

test('both press Join at the same moment, again and again', async () => {
  const ann = await openPage(chromium, pageOf('glare'));
  const bob = await openPage(chromium, pageOf('glare'));
  await Promise.all([expectPreview(ann), expectPreview(bob)]);
  await Promise.all([press(ann, 'Join'), press(bob, 'Join')]);
  for (let round = 1; round < 4; round += 1) {
    for (const window of [ann, bob]) await expectSays(window, direct);
    await expectFrames(ann, bob);
    await press(ann, 'Hang up');
    await expectSays(bob, 'The other person has hung up');
    await Promise.all([press(ann, 'Call again'), press(bob, 'Call again')]);
  }
  for (const window of [ann, bob]) await expectSays(window, direct);
  await expectNoComplaints(ann, bob);
}, 120_000);

test('before Join nothing is sent and nobody is in the channel', async () => {
  const ann = await openPage(chromium, pageOf('quiet'));
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

test('the third person is told that the channel is full, and comes in when there is room', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('crowded'));
  const cy = await openPage(chromium, pageOf('crowded'));
  await join(cy);
  await expectSays(cy, 'Channel crowded already has two people in it');
  await press(cy, 'Try again');
  await expectSays(cy, 'Channel crowded already has two people in it');
  await say(bob, 'Only for ann');
  await expectChat(ann, 'The other person: Only for ann');
  await bob.closeTab();
  await expectSays(ann, 'The other person has left. Waiting for somebody to come');
  await press(cy, 'Try again');
  for (const window of [ann, cy]) await expectSays(window, direct);
  await expectFrames(ann, cy);
  await say(cy, 'Hello');
  await expectChat(
    ann,
    'The other person: Only for ann',
    'The other person has left',
    'The other person: Hello',
  );
  await expectChat(cy, 'You: Hello');
  await expectNoComplaints(ann, cy);
});

test('muted and dark: the other side is told, and told again when it is over', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('muted'));
  await bob.click('#camera');
  await expectSays(ann, `${direct} Their camera is off`);
  await bob.click('#mute');
  await expectSays(ann, `${direct} Their camera and microphone are off`);
  await bob.click('#camera');
  await expectSays(ann, `${direct} Their microphone is off`);
  await bob.click('#mute');
  await expectSays(ann, direct);
  expect([await isPressed(bob, 'mute'), await isPressed(bob, 'camera')]).toEqual([false, false]);
});

test('a screen takes the place of the camera, for as long as it is shared', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('screen'));
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

test('after Hang up no camera is on; one can call again, or begin anew', async () => {
  const ann = await openPage(chromium, pageOf('again'), { before: watchCamera });
  await join(ann);
  await expectSays(ann, 'Waiting for the other person');
  await expect.poll(() => isCameraOn(ann)).toBe(true);
  await press(ann, 'Hang up');
  await expectSays(ann, 'You have hung up');
  expect(await isCameraOn(ann)).toBe(false);
  await press(ann, 'Call again');
  await expectSays(ann, 'Waiting for the other person');
  await expect.poll(() => isCameraOn(ann)).toBe(true);
  await press(ann, 'Hang up');
  await press(ann, 'New call');
  await expect.poll(() => ann.read('location.hash')).toBe('');
  expect(await ann.read('document.activeElement.id')).toBe('name');
  expect(await isCameraOn(ann)).toBe(false);
  await expectNoComplaints(ann);
});

test('a name is suggested, the link leads to it, and a new name in the address is taken before a call only', async () => {
  const ann = await openPage(chromium, `${server.url}call`);
  await expectSays(ann, /There is room for two/);
  const suggested = await ann.read<string>(`document.querySelector('#name').value`);
  await ann.press('Enter');
  await expectPreview(ann);
  expect(await ann.read('location.hash')).toBe(`#${suggested}`);
  expect(await ann.read(`document.querySelector('#link').value`)).toBe(pageOf(suggested));
  await ann.read(`void (location.hash = 'tea time')`);
  await expect.poll(() => ann.read(`document.querySelector('#channel').textContent`)).toBe('tea time');
  await join(ann);
  await expectSays(ann, 'Waiting for the other person');
  await ann.read(`void (location.hash = 'elsewhere')`);
  await expect.poll(() => ann.read('location.hash')).toBe('#tea%20time');
  expect(await saysOf(ann)).toBe('Waiting for the other person');
  await expectNoComplaints(ann);
});

test('a name that cannot be used is said to be none, and can be mended', async () => {
  const ann = await openPage(chromium, pageOf('x'.repeat(129)));
  await expectSays(ann, /This name cannot be used/);
  await ann.read(`document.querySelector('#name').select()`);
  await ann.type('mended');
  await ann.press('Enter');
  await expectPreview(ann);
  expect(await ann.read('location.hash')).toBe('#mended');
  await expectNoComplaints(ann);
});

test('a text waits for the connection; one that is not sent says so', async () => {
  const ann = await openPage(chromium, pageOf('early'));
  await join(ann);
  await say(ann, 'Is anybody there?');
  await expectChat(ann, 'You: Is anybody there?Waiting for the connection');
  await ann.read(`document.querySelector('#chatText').value = 'x'.repeat(66000)`);
  await ann.press('Enter');
  await expect.poll(async () => (await chatOf(ann))[1]).toMatch(/Not sent\. The message is too large\.$/);
  const bob = await openPage(chromium, pageOf('early'));
  await join(bob);
  await expectChat(bob, 'The other person: Is anybody there?');
  await expect.poll(async () => (await chatOf(ann))[0]).toBe('You: Is anybody there?');
  await expectNoComplaints(ann, bob);
});
