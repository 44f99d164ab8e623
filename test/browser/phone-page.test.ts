// The page /phone: people log in, see each other, call, talk, and hang up.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchCallBrowser, type CallBrowser, type CallWindow } from '../support/call-windows.js';
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
  said,
  takeCall,
  talk,
  textOf,
} from '../support/phone-steps.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

let chromium: CallBrowser;
let server: PageServer;

beforeAll(async () => {
  [chromium, server] = await Promise.all([launchCallBrowser('chromium'), servePages()]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), server.close()]);
});

test('a name that is taken, or none, says so next to the field; another one does', async () => {
  const [ann] = await logInAll(chromium, server.url, 'ann');
  const other = await openPhone(chromium, server.url);
  await enterName(other, '   ');
  await expectText(other, '#name-problem', 'Write a name first.');
  await enterName(other, 'ann');
  await expect.poll(() => textOf(other, '#name-problem')).toContain('Somebody is logged in as ann.');
  expect(await other.read(`document.querySelector('#name').getAttribute('aria-invalid')`)).toBe('true');
  await enterName(other, 'x'.repeat(65));
  await expect.poll(() => textOf(other, '#name-problem')).toContain('1 to 64 characters');
  await enterName(other, 'bob');
  await expectPlace(other, 'directory');
  await expectText(other, '#who', 'You are bob');
  await expectPeople(other, 'ann');
  if (ann) await expectPeople(ann, 'bob');
});

test('the list shows who comes, who is busy, and who goes', async () => {
  const calls = await servePages();
  const [ann] = (await logInAll(chromium, calls.url, 'ann')) as [CallWindow];
  await expectPeople(ann);
  await expect.poll(() => textOf(ann, '#people-hint')).toContain('Nobody else is here yet.');
  expect(await ann.read(`document.querySelector('#link').value`)).toBe(`${calls.url}phone`);
  const [bob, cy] = (await logInAll(chromium, calls.url, 'bob', 'cy')) as [CallWindow, CallWindow];
  await expectPeople(ann, 'bob', 'cy');
  await talk(bob, cy, { ann: 'bob', bob: 'cy' });
  await expectPeople(ann, 'bob in a call', 'cy in a call');
  await callFromList(ann, 'cy');
  await expectStatus(ann, 'cy is in another call.');
  await cy.click('#hangUp');
  await expectPeople(ann, 'bob', 'cy');
  await bob.click('#log-out');
  await expectPlace(bob, 'sign-in');
  await cy.closeTab();
  await expectPeople(ann);
  await expectNoComplaints(ann, bob);
  await calls.close();
});

test('they call, talk, write, hang up, and call again the other way round', async () => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 1', 'bob 1')) as [CallWindow, CallWindow];
  await talk(ann, bob, { ann: 'ann 1', bob: 'bob 1' });
  await expectFrames(ann, bob);
  expect(await ann.read('document.title')).toBe('Call with bob 1 · parley');
  await expectText(ann, '#who', 'Call with bob 1');
  await say(ann, 'hello, bob');
  await expect.poll(() => textOf(bob, '#chatLog')).toContain('hello, bob');
  await say(bob, 'hello, ann');
  await expect.poll(() => textOf(ann, '#chatLog')).toContain('hello, ann');

  await bob.click('#hangUp');
  await expectStatus(bob, said.isOver('ann 1'));
  await expectStatus(ann, 'bob 1 has ended the call.');
  expect(await ann.read('document.title')).toBe('Phone · parley');

  await callByName(bob, 'ann 1');
  await expectRing(ann, 'bob 1');
  await takeCall(ann);
  await expectTalking(ann, bob);
  await expectFrames(ann, bob);
  await bob.click('#hangUp');
  await expectStatus(ann, 'bob 1 has ended the call.');
  await expectNoComplaints(ann, bob);
});

test('a name that turns the direction of what follows turns no sentence of the call', async () => {
  const [ann] = (await logInAll(chromium, server.url, 'ann 7')) as [CallWindow];
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

test('Chromium calls Firefox, and Firefox calls back', async () => {
  const firefox = await launchCallBrowser('firefox');
  const ann = await openPhone(chromium, server.url);
  const bob = await openPhone(firefox, server.url);
  await logIn(ann, 'ann 2');
  await logIn(bob, 'bob 2');
  await talk(ann, bob, { ann: 'ann 2', bob: 'bob 2' });
  await expectFrames(ann, bob);
  await ann.click('#hangUp');
  await expectStatus(bob, 'ann 2 has ended the call.');
  await talk(bob, ann, { ann: 'bob 2', bob: 'ann 2' });
  await expectFrames(ann, bob);
  await bob.click('#hangUp');
  await expectStatus(ann, 'bob 2 has ended the call.');
  await expectNoComplaints(ann, bob);
  await firefox.close();
});

test('both call each other at the same moment: one call', async () => {
  const [ann, bob] = (await logInAll(chromium, server.url, 'ann 3', 'bob 3')) as [CallWindow, CallWindow];
  for (let round = 0; round < 5; round += 1) {
    // The call before is over for the server, too.
    await Promise.all([expectFree(ann, 'bob 3'), expectFree(bob, 'ann 3')]);
    const at = Date.now() + 500;
    await Promise.all([callAt(ann, 'bob 3', at), callAt(bob, 'ann 3', at)]);
    await expectTalking(ann, bob);
    await expectFrames(ann, bob);
    await ann.click('#hangUp');
    await expectStatus(bob, 'ann 3 has ended the call.');
    await expectPlace(ann, 'directory');
  }
  await expectNoComplaints(ann, bob);
});

test('a reload logs in again by itself, and keeps how one talks', async () => {
  const [ann] = (await logInAll(chromium, server.url, 'ann 4')) as [CallWindow];
  await ann.click('#ways label:has([value="sound"])');
  await ann.reload();
  await expectStatus(ann, said.loggedIn);
  await expectText(ann, '#who', 'You are ann 4');
  expect(await ann.read(`document.querySelector('#ways :checked').value`)).toBe('sound');
  await ann.click('#log-out');
  await expectPlace(ann, 'sign-in');
  await ann.reload();
  await expectPlace(ann, 'sign-in');
  await expectNoComplaints(ann);
});

test('a server that hides its people leaves calling by name', async () => {
  const hiding = await servePages({ userList: false });
  const [ann, bob] = (await logInAll(chromium, hiding.url, 'ann', 'bob')) as [CallWindow, CallWindow];
  await expect.poll(() => textOf(ann, '#people-hint')).toContain('does not show who is here');
  await callByName(ann, ' bob ');
  await expectRing(bob, 'ann');
  await takeCall(bob);
  await expectTalking(ann, bob);
  await expectNoComplaints(ann, bob);
  await hiding.close();
});

/** The name stands in the list, and nothing beside it. */
function expectFree(window: CallWindow, name: string): Promise<void> {
  const remark = `[...document.querySelectorAll('#people li')]
    .find((row) => row.querySelector('bdi').textContent === '${name}')?.querySelector('.remark').textContent`;
  return expect.poll(() => window.read(remark)).toBe('');
}

/** The windows have one clock. */
function callAt(window: CallWindow, name: string, at: number): Promise<void> {
  return window.read(`new Promise((resolve) => setTimeout(() => {
    document.querySelector('#people button[aria-label="Call ${name}"]').click();
    resolve();
  }, ${at} - Date.now()))`);
}

async function say(window: CallWindow, text: string): Promise<void> {
  await fill(window, '#chatForm input', text);
  await window.press('Enter');
}
