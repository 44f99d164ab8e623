// The page /phone on bad days: no camera, a reload, a crash, a lost connection, a server that restarts, another window.
import { expect } from 'vitest';
import { lineOver, words } from '../../client/pages/phone/phone-words.js';
import { readFrame, writeRing } from '../../client/users/call-frames.js';
import { test } from '../support/browser-test.js';
import { goBack, lookAt, type BrowserWindow } from '../support/browser-window.js';
import { callSays } from '../support/call-says.js';
import { cardSays, phoneSays } from '../support/phone-says.js';
import { servePages } from '../support/serve-pages.js';
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
  takeCall,
  talk,
  textOf,
} from '../support/phone-steps.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { startServerProcess } from '../support/server-process.js';
import { connectUser } from '../support/user-client.js';

test.for([
  ['denied', cardSays.trouble('permission')],
  ['none', cardSays.trouble('no-device')],
] as const)(
  'the camera is %s: the page says so, and one calls or is called all the same',
  async ([camera, why], { chromium, cameraDenied, cameraless, server }) => {
    const poor = { denied: cameraDenied, none: cameraless }[camera];
    const ann = await openPhone(poor, server.url);
    await logIn(ann, `ann ${camera}`);
    const [bob] = (await logInAll(chromium, server.url, `bob ${camera}`)) as [BrowserWindow];

    await callFromList(ann, `bob ${camera}`);
    await expectText(ann, '#detail', why);
    await ann.click('#try-again');
    await expectText(ann, '#detail', why);
    await ann.click('#never-mind');
    await expectStatus(ann, phoneSays.loggedIn);
    expect(await textOf(bob, '#status')).toBe(phoneSays.loggedIn);

    await callFromList(ann, `bob ${camera}`);
    await ann.click('#watch-only');
    await expectRing(bob, `ann ${camera}`);
    await takeCall(bob);
    await expectTalking(ann, bob);
    await expectFrames(ann);
    await bob.click('#hangUp');
    await expectStatus(ann, words.hungUp(`bob ${camera}`));

    await callFromList(bob, `ann ${camera}`);
    await expectRing(ann, `bob ${camera}`);
    await takeCall(ann);
    await expectText(ann, '#detail', why);
    expect(await textOf(bob, '#headline')).toBe(`Calling ann ${camera}...`);
    await ann.click('#watch-only');
    await expectTalking(ann, bob);
    await expectFrames(ann);
    await expectNoComplaints(ann, bob);
  },
);

test('a reload in a call ends it for both, who can call again; a tab that is closed ends it at once, and its name is free', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 1', 'bob 1')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await talk(ann, bob, { ann: 'ann 1', bob: 'bob 1' });
  await ann.reload();
  await expectStatus(ann, words.loadedAgain('bob 1'));
  await expectStatus(bob, words.hungUp('ann 1'));
  await ann.click('#again');
  await expectRing(bob, 'ann 1');
  await takeCall(bob);
  await expectTalking(ann, bob);
  await bob.closeTab();
  await expectStatus(ann, words.hungUp('bob 1'));
  const again = await openPhone(chromium, server.url);
  await logIn(again, 'bob 1');
  await talk(ann, again, { ann: 'ann 1', bob: 'bob 1' });
  await expectNoComplaints(ann, again);
});

test('a tab that is closed before its messages have a receipt does not wait for one: its name is free at once', async ({
  chromium,
}) => {
  const patient = await servePages({ graceMs: 600_000 });
  const ann = await connectUser(`ws://127.0.0.1:${patient.port}/calls`);
  ann.say({ type: 'login', name: 'ann' });
  expect(await ann.hears()).toMatchObject({ success: true });
  const [bob] = (await logInAll(chromium, patient.url, 'bob')) as [BrowserWindow];
  ann.say({ type: 'offer', name: 'bob', offer: writeRing('ann who gives no receipts') });
  await expectRing(bob, 'ann');
  await takeCall(bob);
  expect(await ann.hears()).toMatchObject({ type: 'answer', name: 'bob' });
  expect(readFrame(((await ann.hears()) as { candidate: unknown }).candidate)).toMatchObject({
    is: 'value',
  });
  await bob.closeTab();
  await expect.poll(() => ann.hears()).toEqual({ type: 'leave', name: 'bob' });
  await patient.close();
});

test('a tab that crashes in a call: the other reads what happens, and is free in the end', async ({
  chromium,
}) => {
  const brief = await servePages({ graceMs: 3000 });
  const [ann, bob] = (await logInAll(chromium, brief.url, 'ann', 'bob')) as [BrowserWindow, BrowserWindow];
  await talk(ann, bob);
  await bob.crash();
  await expect.poll(() => textOf(ann, '#status')).toContain(words.hungUp('bob'));
  await expectPlace(ann, 'directory');
  await expectNoComplaints(ann);
  await brief.close();
});

test('the connection is lost and comes back: the page says both, and calls work again, also one that rang meanwhile', async ({
  chromium,
  server,
}) => {
  const way = await startFaultProxy(server.port);
  const ann = await openPhone(chromium, way.url);
  await logIn(ann, 'ann 3');
  const [bob] = (await logInAll(chromium, server.url, 'bob 3')) as [BrowserWindow];
  way.cut();
  await expectStatus(ann, phoneSays.lost);
  await callByName(ann, 'bob 3');
  await expect.poll(() => textOf(ann, '#status')).toContain(words.noServerNow);
  way.welcome = 'carry';
  await lookAt(ann);
  await expect.poll(() => textOf(ann, '#status')).not.toContain(phoneSays.lost);
  await talk(ann, bob, { ann: 'ann 3', bob: 'bob 3' });
  await bob.click('#hangUp');
  await expectStatus(ann, words.hungUp('bob 3'));

  await callFromList(bob, 'ann 3');
  await expectRing(ann, 'bob 3');
  way.cut();
  await expectStatus(ann, phoneSays.lost);
  await takeCall(ann);
  await expectPlace(ann, 'talk');
  way.welcome = 'carry';
  await lookAt(ann);
  await expectTalking(ann, bob);
  await expectFrames(ann, bob);
  await expectNoComplaints(bob);
});

test('a page that comes back from the back-forward cache hears who called meanwhile; in a call it has left it', async ({
  chromium,
  wholeChromium,
  server,
}) => {
  const ann = await openPhone(wholeChromium, server.url);
  await logIn(ann, 'ann 6');
  const [bob] = (await logInAll(chromium, server.url, 'bob 6')) as [BrowserWindow];
  await ann.read('void (window.isKept = true)');
  await ann.goto(`${server.url}favicon.svg`);
  await callFromList(bob, 'ann 6');
  await expectText(bob, '#detail', cardSays.ringsThere);
  await goBack(ann);
  await expectRing(ann, 'bob 6');
  expect(await ann.read('window.isKept')).toBe(true);
  await takeCall(ann);
  await expectTalking(ann, bob);

  await ann.goto(`${server.url}favicon.svg`);
  await expectStatus(bob, words.hungUp('ann 6'));
  await goBack(ann);
  await expectText(ann, '#who', 'You are ann 6');
  await talk(bob, ann, { ann: 'bob 6', bob: 'ann 6' });
  await expectNoComplaints(bob);
});

test('the server restarts in a call: it goes on, and after it everybody can be called', async ({
  chromium,
}) => {
  const restarting = await startServerProcess();
  const [ann, bob] = (await logInAll(chromium, restarting.url, 'ann', 'bob')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await talk(ann, bob);
  await restarting.kill();
  await expectText(ann, '#callStatus .sentence', callSays.ownServerLost);
  await expectFrames(ann, bob);
  await restarting.startAgain();
  await expectTalking(ann, bob);
  await expectFrames(ann, bob);
  await ann.click('#hangUp');
  await expectStatus(bob, words.hungUp('ann'));
  await talk(bob, ann, { ann: 'bob', bob: 'ann' });
});

test('a server that is away when one logs in: the page keeps trying, until one stops it', async ({
  chromium,
}) => {
  const away = await startServerProcess();
  const ann = await openPhone(chromium, away.url);
  await expectPlace(ann, 'sign-in');
  await away.kill();
  await ann.click('#name');
  await ann.type('ann');
  await ann.press('Enter');
  await expectStatus(ann, phoneSays.unreachable);
  await ann.click('#stop');
  await expectStatus(ann, '');
  await ann.click('#log-in');
  await expectStatus(ann, phoneSays.unreachable);
  await away.startAgain();
  await expectStatus(ann, phoneSays.loggedIn);
});

test('another window takes the name: this one says so, ends its call, and does not fight', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 4', 'bob 4')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await talk(ann, bob, { ann: 'ann 4', bob: 'bob 4' });
  const seat = await ann.read<string>(
    `sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.endsWith(' ann 4')))`,
  );
  const other = await connectUser(`ws://127.0.0.1:${server.port}/calls`);
  other.say({ type: 'login', name: 'ann 4', resume: true, seat, next: seat.replaceAll('0', '1') });
  expect(await other.hears()).toMatchObject({ success: true, resumed: true });
  await expectStatus(ann, lineOver('ann 4', 'taken-over', ''));
  await expectPlace(ann, 'sign-in');
  await ann.reload();
  await expectPlace(ann, 'sign-in');
  other.say({ type: 'leave', name: 'bob 4' });
  await expectStatus(bob, words.hungUp('ann 4'));
  await expectNoComplaints(ann, bob);
});
