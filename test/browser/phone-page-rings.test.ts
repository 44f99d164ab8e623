// The page /phone while it rings: every way in which a call does not come about, and what each of the two reads then.
import { expect } from 'vitest';
import { notTaken, words } from '../../client/pages/phone/phone-words.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { cardSays, phoneSays } from '../support/phone-says.js';
import {
  callByName,
  callFromList,
  expectNoComplaints,
  expectPlace,
  expectRing,
  expectStatus,
  expectTalking,
  expectText,
  fill,
  logIn,
  logInAll,
  openPhone,
  shortRings,
  takeCall,
  textOf,
} from '../support/phone-steps.js';
import { connectUser } from '../support/user-client.js';

test('it rings to be seen, read out and heard, and stops when it is declined', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 1', 'bob 1')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await bob.read(countNotes);
  await callFromList(ann, 'bob 1');
  await expectText(ann, '#headline', 'Calling bob 1...');
  await expectRing(bob, 'ann 1');
  expect(await bob.read('document.title')).toBe('ann 1 is calling · parley');
  expect(await textOf(bob, '#detail')).toBe(cardSays.withCamera);
  expect(
    await bob.read(
      `['role', 'aria-labelledby'].map((name) => document.querySelector('#card').getAttribute(name))`,
    ),
  ).toEqual(['alertdialog', 'headline']);
  await expect.poll(() => bob.read('window.notes')).toBeGreaterThan(1);
  expect(await ann.read(`document.querySelector('#localVideo').checkVisibility()`)).toBe(true);

  await bob.click('#decline');
  await expectStatus(ann, notTaken('bob 1', 'declined', ''));
  await expectStatus(bob, phoneSays.loggedIn);
  expect(await bob.read('document.title')).toBe('Phone · parley');
  expect(await ann.read(`document.querySelector('#localVideo').checkVisibility()`)).toBe(false);
  expect(await ann.read(`document.querySelector('#again').textContent`)).toBe('Call bob 1');
  await ann.click('#again');
  await expectRing(bob, 'ann 1');
  await takeCall(bob);
  await expectTalking(ann, bob);
  await expectNoComplaints(ann, bob);
});

test('a call that is taken back is a missed call, from which one calls back', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 2', 'bob 2')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await callByName(ann, 'bob 2');
  await expectRing(bob, 'ann 2');
  await ann.click('#take-back');
  await expectStatus(ann, phoneSays.loggedIn);
  await expectStatus(bob, words.missed('ann 2'));
  expect(await textOf(bob, '#missed')).toMatch(/^ann 2\d+:\d\d.*Call back$/);
  await bob.click('#missed button');
  await expectRing(ann, 'bob 2');
  await takeCall(ann);
  await expectTalking(ann, bob);
  await expectNoComplaints(ann, bob);
});

test('nobody answers: the caller reads so, and the other has missed a call', async ({ chromium, server }) => {
  const ann = await openPhone(chromium, server.url, { before: shortRings });
  await logIn(ann, 'ann 3');
  const [bob] = (await logInAll(chromium, server.url, 'bob 3')) as [BrowserWindow];
  await callByName(ann, 'bob 3');
  await expectRing(bob, 'ann 3');
  await expectStatus(ann, words.noAnswer('bob 3'));
  await expectStatus(bob, words.missed('ann 3'));
  await expectNoComplaints(ann, bob);
});

test('nobody looks: it stops ringing by itself, also when the caller does not give up', async ({
  chromium,
  server,
}) => {
  const bob = await openPhone(chromium, server.url, { before: shortRings });
  await logIn(bob, 'bob 4');
  const [ann] = (await logInAll(chromium, server.url, 'ann 4')) as [BrowserWindow];
  await callByName(ann, 'bob 4');
  await expectRing(bob, 'ann 4');
  await expectStatus(bob, words.missed('ann 4'));
  await expectStatus(ann, notTaken('bob 4', 'declined', ''));
  await expectNoComplaints(ann, bob);
});

test('who is not there, one’s own name, and no name at all', async ({ chromium, server }) => {
  const [ann] = (await logInAll(chromium, server.url, 'ann 5')) as [BrowserWindow];
  await callByName(ann, 'nobody');
  await expectStatus(ann, notTaken('nobody', 'not-online', ''));
  await callByName(ann, 'ann 5');
  await expectStatus(ann, userRefusals.selfCall().message);
  await callByName(ann, ' ');
  await expectStatus(ann, words.nobodyToCall);
  await expectNoComplaints(ann);
});

test('the caller closes the tab while it rings: it stops at once', async ({ chromium, server }) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 6', 'bob 6')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await callByName(ann, 'bob 6');
  await expectRing(bob, 'ann 6');
  await ann.closeTab();
  await expectStatus(bob, words.missed('ann 6'));
  const again = await openPhone(chromium, server.url);
  await logIn(again, 'ann 6');
  await expectNoComplaints(bob);
});

test('whoever loads the page again while it rings hears it ring again', async ({ chromium, server }) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 7', 'bob 7')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await callByName(ann, 'bob 7');
  await expectRing(bob, 'ann 7');
  await bob.reload();
  await expectRing(bob, 'ann 7');
  await takeCall(bob);
  await expectTalking(ann, bob);
  await expectNoComplaints(ann, bob);
});

test('by keyboard alone: the focus goes to the call, and back', async ({ chromium, server }) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 8', 'bob 8')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await fill(bob, '#other-name', 'an');
  // In the moment in which it begins to ring, somebody is still typing: this Enter was not for the call.
  await bob.read(`document.querySelector('#take').addEventListener('focus', ({ target }) => {
    target.click();
    window.pressed = true;
  }, { once: true })`);
  await callByName(ann, 'bob 8');
  await expectFocus(bob, 'take');
  await expect.poll(() => bob.read('window.pressed')).toBe(true);
  await expectRing(bob, 'ann 8');
  await ann.click('#take-back');
  await expectFocus(bob, 'other-name');
  await bob.type('n 8');
  await bob.press('Enter');
  await expectFocus(ann, 'take');
  await expect.poll(() => ann.read(`document.querySelector('#take').ariaDisabled`)).toBeNull();
  await ann.press('Enter');
  await expectTalking(ann, bob);
  await expectFocus(ann, 'talk');
  await tabTo(ann, 'hangUp');
  await ann.press('Enter');
  await expectStatus(bob, words.hungUp('ann 8'));
  await expectFocus(bob, 'other-name');
  await expectNoComplaints(ann, bob);
});

test('a caller with a client of the tutorial’s kind is declined, and one is told', async ({
  chromium,
  server,
}) => {
  const [bob] = (await logInAll(chromium, server.url, 'bob 9')) as [BrowserWindow];
  const ann = await connectUser(`ws://127.0.0.1:${server.port}/calls`);
  ann.say({ type: 'login', name: 'ann 9' });
  expect(await ann.hears()).toMatchObject({ type: 'login', success: true });
  ann.say({ type: 'offer', name: 'bob 9', offer: { type: 'offer', sdp: 'v=0' } });
  expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob 9' });
  await expect.poll(() => textOf(bob, '#status')).toContain(words.foreign('ann 9'));
  await expectPlace(bob, 'directory');
  expect(await textOf(bob, '#missed')).toContain('ann 9');
  await expectNoComplaints(bob);
});

/** Notes of the bell, as they are begun. */
const countNotes = `
  window.notes = 0;
  const begin = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    window.notes += 1;
    begin.call(this, when);
  };`;

function expectFocus(window: BrowserWindow, id: string): Promise<void> {
  return expect.poll(() => window.read('document.activeElement.id')).toBe(id);
}

async function tabTo(window: BrowserWindow, id: string): Promise<void> {
  for (let stops = 0; stops < 12; stops += 1) {
    if ((await window.read('document.activeElement.id')) === id) return;
    await window.press('Tab');
  }
  await expectFocus(window, id);
}
