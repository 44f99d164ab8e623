// The page /phone: people log in, see each other, call, talk, and hang up.
import { expect } from 'vitest';
import { notTaken, words } from '../../client/pages/phone/phone-words.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { phoneSays } from '../support/phone-says.js';
import { servePages } from '../support/serve-pages.js';
import {
  callByName,
  callFromList,
  enterName,
  expectFrames,
  expectNoComplaints,
  expectPeople,
  expectPlace,
  expectRing,
  expectStatus,
  expectTalking,
  expectText,
  fill,
  logIn,
  logInAll,
  openPhone,
  takeCall,
  talk,
  textOf,
} from '../support/phone-steps.js';

test('a name that is taken, or none, says so next to the field; another one does', async ({
  chromium,
  server,
}) => {
  const [ann] = await logInAll(chromium, server.url, 'ann');
  const other = await openPhone(chromium, server.url);
  await enterName(other, '   ');
  await expectText(other, '#name-problem', words.noName);
  await enterName(other, 'ann');
  await expect.poll(() => textOf(other, '#name-problem')).toBe(words.taken('ann'));
  expect(await other.read(`document.querySelector('#name').getAttribute('aria-invalid')`)).toBe('true');
  await enterName(other, 'x'.repeat(65));
  await expect.poll(() => textOf(other, '#name-problem')).toBe(userRefusals.badName().message);
  await enterName(other, 'bob');
  await expectPlace(other, 'directory');
  await expectText(other, '#who', 'You are bob');
  await expectPeople(other, 'ann');
  if (ann) await expectPeople(ann, 'bob');
});

test('the list shows who comes, who is busy, and who goes', async ({ chromium }) => {
  const calls = await servePages();
  const [ann] = (await logInAll(chromium, calls.url, 'ann')) as [BrowserWindow];
  await expectPeople(ann);
  await expect.poll(() => textOf(ann, '#people-hint')).toBe(phoneSays.nobodyHere);
  expect(await ann.read(`document.querySelector('#link').value`)).toBe(`${calls.url}phone`);
  const [bob, cy] = (await logInAll(chromium, calls.url, 'bob', 'cy')) as [BrowserWindow, BrowserWindow];
  await expectPeople(ann, 'bob', 'cy');
  await talk(bob, cy, { ann: 'bob', bob: 'cy' });
  await expectPeople(ann, 'bob in a call', 'cy in a call');
  await callFromList(ann, 'cy');
  await expectStatus(ann, notTaken('cy', 'busy', ''));
  await cy.click('#hangUp');
  await expectPeople(ann, 'bob', 'cy');
  await bob.click('#log-out');
  await expectPlace(bob, 'sign-in');
  await cy.closeTab();
  await expectPeople(ann);
  await expectNoComplaints(ann, bob);
  await calls.close();
});

test('they call, talk, write, hang up, and call again the other way round', async ({ chromium, server }) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 1', 'bob 1')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  await talk(ann, bob, { ann: 'ann 1', bob: 'bob 1' });
  await expectFrames(ann, bob);
  expect(await ann.read('document.title')).toBe('Call with bob 1 · parley');
  await expectText(ann, '#who', 'Call with bob 1');
  await say(ann, 'hello, bob');
  await expect.poll(() => textOf(bob, '#chatLog')).toContain('hello, bob');
  await say(bob, 'hello, ann');
  await expect.poll(() => textOf(ann, '#chatLog')).toContain('hello, ann');

  await bob.click('#hangUp');
  await expectStatus(bob, words.over('ann 1'));
  await expectStatus(ann, words.hungUp('bob 1'));
  expect(await ann.read('document.title')).toBe('Phone · parley');

  await callByName(bob, 'ann 1');
  await expectRing(ann, 'bob 1');
  await takeCall(ann);
  await expectTalking(ann, bob);
  await expectFrames(ann, bob);
  await bob.click('#hangUp');
  await expectStatus(ann, words.hungUp('bob 1'));
  await expectNoComplaints(ann, bob);
});

test('a name that turns the direction of what follows turns no sentence of the call', async ({
  chromium,
  server,
}) => {
  const [ann] = (await logInAll(chromium, server.url, 'ann 7')) as [BrowserWindow];
  const bob = await openPhone(chromium, server.url);
  // Nobody types such a sign.
  await bob.read(`void (document.querySelector('#name').value = '\u202Ebob 7')`);
  await bob.click('#name');
  await bob.press('Enter');
  await expectPlace(bob, 'directory');
  await callByName(bob, 'ann 7');
  await expectRing(ann, 'bob 7');
  await takeCall(ann);
  await expectTalking(ann, bob);
  await say(bob, 'hello, ann');
  await expect.poll(() => textOf(ann, '#chatLog')).toBe('bob 7: hello, ann');
  await ann.click('#hangUp');
  await expectNoComplaints(ann, bob);
});

test('Chromium calls Firefox, and Firefox calls back', async ({ chromium, firefox, server }) => {
  const ann = await openPhone(chromium, server.url);
  const bob = await openPhone(firefox, server.url);
  await logIn(ann, 'ann 2');
  await logIn(bob, 'bob 2');
  await talk(ann, bob, { ann: 'ann 2', bob: 'bob 2' });
  await expectFrames(ann, bob);
  await ann.click('#hangUp');
  await expectStatus(bob, words.hungUp('ann 2'));
  await talk(bob, ann, { ann: 'bob 2', bob: 'ann 2' });
  await expectFrames(ann, bob);
  await bob.click('#hangUp');
  await expectStatus(ann, words.hungUp('bob 2'));
  await expectNoComplaints(ann, bob);
});

test('both call each other at the same moment: one call', async ({ chromium, server }) => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 3', 'bob 3')) as [
    BrowserWindow,
    BrowserWindow,
  ];
  for (let round = 0; round < 2; round += 1) {
    // The call before is over for the server, too.
    await Promise.all([expectFree(ann, 'bob 3'), expectFree(bob, 'ann 3')]);
    const at = Date.now() + 500;
    await Promise.all([callAt(ann, 'bob 3', at), callAt(bob, 'ann 3', at)]);
    await expectTalking(ann, bob);
    await expectFrames(ann, bob);
    await ann.click('#hangUp');
    await expectStatus(bob, words.hungUp('ann 3'));
    await expectPlace(ann, 'directory');
  }
  await expectNoComplaints(ann, bob);
});

test('a reload logs in again by itself, and keeps how one talks', async ({ chromium, server }) => {
  const [ann] = (await logInAll(chromium, server.url, 'ann 4')) as [BrowserWindow];
  await ann.click('#ways label:has([value="sound"])');
  await ann.reload();
  await expectStatus(ann, phoneSays.loggedIn);
  await expectText(ann, '#who', 'You are ann 4');
  expect(await ann.read(`document.querySelector('#ways :checked').value`)).toBe('sound');
  await ann.click('#log-out');
  await expectPlace(ann, 'sign-in');
  await ann.reload();
  await expectPlace(ann, 'sign-in');
  await expectNoComplaints(ann);
});

test('a server that hides its people leaves calling by name', async ({ chromium }) => {
  const hiding = await servePages({ userList: false });
  const [ann, bob] = (await logInAll(chromium, hiding.url, 'ann', 'bob')) as [BrowserWindow, BrowserWindow];
  await expect.poll(() => textOf(ann, '#people-hint')).toBe(phoneSays.peopleHidden);
  await callByName(ann, ' bob ');
  await expectRing(bob, 'ann');
  await takeCall(bob);
  await expectTalking(ann, bob);
  await expectNoComplaints(ann, bob);
  await hiding.close();
});

/** The name stands in the list, and nothing beside it. */
function expectFree(window: BrowserWindow, name: string): Promise<void> {
  const remark = `[...document.querySelectorAll('#people li')]
    .find((row) => row.querySelector('bdi').textContent === '${name}')?.querySelector('.remark').textContent`;
  return expect.poll(() => window.read(remark)).toBe('');
}

/** The windows have one clock. */
function callAt(window: BrowserWindow, name: string, at: number): Promise<void> {
  return window.read(`new Promise((resolve) => setTimeout(() => {
    document.querySelector('#people button[aria-label="Call ${name}"]').click();
    resolve();
  }, ${at} - Date.now()))`);
}

async function say(window: BrowserWindow, text: string): Promise<void> {
  await fill(window, '#chatForm input', text);
  await window.press('Enter');
}
