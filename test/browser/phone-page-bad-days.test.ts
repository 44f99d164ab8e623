// The page /phone on bad days: no camera, a reload, a crash, a lost connection, a server that restarts, another window.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchCallBrowser, type CallBrowser, type CallWindow } from '../support/call-windows.js';
import {
  callByName,
  callFromList,
  expectFrames,
  expectNoComplaints,
  expectPlace,
  expectRing,
  expectStatus,
  expectTalking,
  expectText,
  logIn,
  logInAll,
  openPhone,
  said,
  takeCall,
  talk,
  textOf,
} from '../support/phone-steps.js';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.js';
import { servePages, type PageServer } from '../support/serve-pages.js';
import { startServerProcess } from '../support/server-process.js';
import { connectUser } from '../support/user-client.js';

let chromium: CallBrowser;
let server: PageServer;

beforeAll(async () => {
  [chromium, server] = await Promise.all([launchCallBrowser('chromium'), servePages()]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), server.close()]);
});

test.each([
  ['denied', 'This page is not allowed to use the camera or microphone. You can go on without it.'],
  ['none', 'There is no camera or microphone. You can go on without it.'],
] as const)(
  'the camera is %s: the page says so, and one calls or is called all the same',
  async (camera, why) => {
    const poor = await launchCallBrowser('chromium', { camera });
    const ann = await openPhone(poor, server.url);
    await logIn(ann, `ann ${camera}`);
    const [bob] = (await logInAll(chromium, server.url, `bob ${camera}`)) as [CallWindow];

    await callFromList(ann, `bob ${camera}`);
    await expectText(ann, '#detail', why);
    await ann.click('#try-again');
    await expectText(ann, '#detail', why);
    await ann.click('#never-mind');
    await expectStatus(ann, said.loggedIn);
    expect(await textOf(bob, '#status')).toBe(said.loggedIn);

    await callFromList(ann, `bob ${camera}`);
    await ann.click('#watch-only');
    await expectRing(bob, `ann ${camera}`);
    await takeCall(bob);
    await expectTalking(ann, bob);
    await expectFrames(ann);
    await bob.click('#hangUp');
    await expectStatus(ann, `bob ${camera} has ended the call.`);

    await callFromList(bob, `ann ${camera}`);
    await expectRing(ann, `bob ${camera}`);
    await takeCall(ann);
    await expectText(ann, '#detail', why);
    expect(await textOf(bob, '#headline')).toBe(`Calling ann ${camera}...`);
    await ann.click('#watch-only');
    await expectTalking(ann, bob);
    await expectFrames(ann);
    await expectNoComplaints(ann, bob);
    await poor.close();
  },
);

test('a reload in a call ends it for both, and both can call again', async () => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 1', 'bob 1')) as [CallWindow, CallWindow];
  await talk(ann, bob, { ann: 'ann 1', bob: 'bob 1' });
  await ann.reload();
  await expectStatus(ann, 'This page was loaded again, so the call with bob 1 is over.');
  await expectStatus(bob, 'ann 1 has ended the call.');
  await ann.click('#again');
  await expectRing(bob, 'ann 1');
  await takeCall(bob);
  await expectTalking(ann, bob);
  await expectNoComplaints(ann, bob);
});

test('a tab that is closed in a call ends it at once, and its name is free', async () => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 2', 'bob 2')) as [CallWindow, CallWindow];
  await talk(ann, bob, { ann: 'ann 2', bob: 'bob 2' });
  await bob.closeTab();
  await expectStatus(ann, 'bob 2 has ended the call.');
  const again = await openPhone(chromium, server.url);
  await logIn(again, 'bob 2');
  await talk(ann, again, { ann: 'ann 2', bob: 'bob 2' });
  await expectNoComplaints(ann, again);
});

test('a tab that crashes in a call: the other reads what happens, and is free in the end', async () => {
  const brief = await servePages({ graceMs: 3000 });
  const [ann, bob] = (await logInAll(chromium, brief.url, 'ann', 'bob')) as [CallWindow, CallWindow];
  await talk(ann, bob);
  await bob.crash();
  await expect.poll(() => textOf(ann, '#status')).toContain('bob has ended the call.');
  await expectPlace(ann, 'directory');
  await expectNoComplaints(ann);
  await brief.close();
});

test('the connection is lost and comes back: the page says both, and calls work again', async () => {
  const way = await startFaultProxy(server.port);
  const ann = await openPhone(chromium, way.url);
  await logIn(ann, 'ann 3');
  const [bob] = (await logInAll(chromium, server.url, 'bob 3')) as [CallWindow];
  cut(way);
  await expectStatus(ann, 'The connection to the server is lost; trying again.');
  await callByName(ann, 'bob 3');
  await expect.poll(() => textOf(ann, '#status')).toContain('Call again when it is back.');
  await restore(way, ann);
  await expect.poll(() => textOf(ann, '#status')).not.toContain('is lost');
  await talk(ann, bob, { ann: 'ann 3', bob: 'bob 3' });
  await expectNoComplaints(bob);
});

test('the connection drops while it rings, and one takes the call: they talk as soon as it is back', async () => {
  const way = await startFaultProxy(server.port);
  const bob = await openPhone(chromium, way.url);
  await logIn(bob, 'bob 5');
  const [ann] = (await logInAll(chromium, server.url, 'ann 5')) as [CallWindow];
  await callFromList(ann, 'bob 5');
  await expectRing(bob, 'ann 5');
  cut(way);
  await expectStatus(bob, 'The connection to the server is lost; trying again.');
  await takeCall(bob);
  await expectPlace(bob, 'talk');
  await restore(way, bob);
  await expectTalking(ann, bob);
  await expectFrames(ann, bob);
  await expectNoComplaints(ann);
});

test('a page that comes back from the back-forward cache hears who called meanwhile', async () => {
  const keeping = await launchCallBrowser('chromium', { keepsLeftPages: true });
  const ann = await openPhone(keeping, server.url);
  await logIn(ann, 'ann 6');
  const [bob] = (await logInAll(chromium, server.url, 'bob 6')) as [CallWindow];
  await ann.read('void (window.isKept = true)');
  await ann.goto(`${server.url}favicon.svg`);
  await callFromList(bob, 'ann 6');
  await expectText(bob, '#detail', 'It rings there.');
  await ann.read('void history.back()');
  await expectRing(ann, 'bob 6');
  expect(await ann.read('window.isKept')).toBe(true);
  await takeCall(ann);
  await expectTalking(ann, bob);
  await expectNoComplaints(bob);
  await keeping.close();
});

test('whoever goes to another page in a call has left it, and is there again on the way back', async () => {
  const keeping = await launchCallBrowser('chromium', { keepsLeftPages: true });
  const ann = await openPhone(keeping, server.url);
  await logIn(ann, 'ann 7');
  const [bob] = (await logInAll(chromium, server.url, 'bob 7')) as [CallWindow];
  await talk(ann, bob, { ann: 'ann 7', bob: 'bob 7' });
  await ann.goto(`${server.url}favicon.svg`);
  await expectStatus(bob, 'ann 7 has ended the call.');
  await ann.read('void history.back()');
  await expectText(ann, '#who', 'You are ann 7');
  await talk(bob, ann, { ann: 'bob 7', bob: 'ann 7' });
  await expectNoComplaints(bob);
  await keeping.close();
});

test('the server restarts in a call: it goes on, and after it everybody can be called', async () => {
  const restarting = await startServerProcess();
  const [ann, bob] = (await logInAll(chromium, restarting.url, 'ann', 'bob')) as [CallWindow, CallWindow];
  await talk(ann, bob);
  await restarting.kill();
  await expectText(ann, '#callStatus .sentence', 'The connection to the server is lost; the call goes on');
  await expectFrames(ann, bob);
  await restarting.startAgain();
  await expectTalking(ann, bob);
  await expectFrames(ann, bob);
  await ann.click('#hangUp');
  await expectStatus(bob, 'ann has ended the call.');
  await talk(bob, ann, { ann: 'bob', bob: 'ann' });
});

test('a server that is away when one logs in: the page keeps trying, until one stops it', async () => {
  const away = await startServerProcess();
  const ann = await openPhone(chromium, away.url);
  await expectPlace(ann, 'sign-in');
  await away.kill();
  await ann.click('#name');
  await ann.type('ann');
  await ann.press('Enter');
  await expectStatus(ann, 'The server cannot be reached. This page keeps trying.');
  await ann.click('#stop');
  await expectStatus(ann, '');
  await ann.click('#log-in');
  await expectStatus(ann, 'The server cannot be reached. This page keeps trying.');
  await away.startAgain();
  await expectStatus(ann, said.loggedIn);
});

test('another window takes the name: this one says so, ends its call, and does not fight', async () => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 4', 'bob 4')) as [CallWindow, CallWindow];
  await talk(ann, bob, { ann: 'ann 4', bob: 'bob 4' });
  const seat = await ann.read<string>(
    `sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.endsWith(' ann 4')))`,
  );
  const other = await connectUser(`ws://127.0.0.1:${server.port}/calls`);
  other.say({ type: 'login', name: 'ann 4', resume: true, seat, next: seat.replaceAll('0', '1') });
  expect(await other.hears()).toMatchObject({ success: true, resumed: true });
  await expectStatus(ann, 'You are logged in as ann 4 in another window now. This one is logged out.');
  await expectPlace(ann, 'sign-in');
  await ann.reload();
  await expectPlace(ann, 'sign-in');
  other.say({ type: 'leave', name: 'bob 4' });
  await expectStatus(bob, 'ann 4 has ended the call.');
  await expectNoComplaints(ann, bob);
});

function cut(way: FaultProxy): void {
  way.welcome = 'refuse';
  for (const path of way.paths()) path.reset();
}

/** Somebody looks at the page, and the library looks for its server at once. */
async function restore(way: FaultProxy, window: CallWindow): Promise<void> {
  way.welcome = 'carry';
  await window.read(`void document.dispatchEvent(new Event('visibilitychange'))`);
}
