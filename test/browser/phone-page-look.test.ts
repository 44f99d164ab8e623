// How the page /phone looks: readable in light and dark, wide enough at 375 pixels, and clear to those who hear it.
import { expect } from 'vitest';
import { notTaken, words } from '../../client/pages/phone/phone-words.js';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import type { ChromiumWindow, Look } from '../support/chromium.js';
import { phoneSays } from '../support/phone-says.js';
import { servePages } from '../support/serve-pages.js';
import { lowContrasts } from '../support/contrast.js';
import {
  callByName,
  callFromList,
  enterName,
  expectNoComplaints,
  expectPlace,
  expectRing,
  expectTalking,
  expectText,
  logIn,
  openPhone,
  takeCall,
  textOf,
} from '../support/phone-steps.js';

const texts = 'h1, h2, p, a, label, legend, button, input, bdi, .remark, summary';
const narrow = { width: 375, height: 667 };
const looks: Look[] = [
  { ...narrow, colorScheme: 'light' },
  { ...narrow, colorScheme: 'dark' },
];
const longName = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz';

/** Goes to every place of the page, and has a look at each. */
async function visitAll(
  ann: ChromiumWindow,
  bob: ChromiumWindow,
  look: (window: ChromiumWindow) => Promise<void>,
): Promise<void> {
  await enterName(ann, ' ');
  await expectText(ann, '#name-problem', words.noName);
  await look(ann);
  await logIn(ann, 'ann');
  await expect.poll(() => textOf(ann, '#people-hint')).toBe(phoneSays.nobodyHere);
  await look(ann);
  await logIn(bob, longName);
  await callFromList(ann, longName);
  await expectRing(bob, 'ann');
  await look(ann);
  await look(bob);
  await takeCall(bob);
  await expectTalking(ann, bob);
  await expectText(ann, '#who', `Call with ${longName}`);
  await look(ann);
  await ann.click('#hangUp');
  await callByName(bob, 'ann');
  await expectRing(ann, longName);
  await look(ann);
  await bob.click('#take-back');
  await expectText(ann, '#status', words.missed(longName));
  await look(ann);
}

test('in light and dark, at 375 pixels: text stands out by 4.5 to 1, nothing sticks out, and every button is big enough for a thumb', async ({
  chromium,
}) => {
  const { url, close } = await servePages();
  const ann = await openPhone(chromium, url, narrow);
  const bob = await openPhone(chromium, url, narrow);
  await visitAll(ann, bob, async (window) => {
    for (const look of looks) {
      await window.setLook(look);
      expect(await lowContrasts(window, texts)).toEqual([]);
      await expectToFit(window);
    }
  });
  await expectNoComplaints(ann, bob);
  await close();
});

test('the page speaks to those who cannot see it', async ({ chromium }) => {
  const { url, close } = await servePages();
  const ann = await openPhone(chromium, url);
  const attribute = (selector: string, name: string): Promise<string | null> =>
    ann.read(`document.querySelector('${selector}').getAttribute('${name}')`);
  expect(await ann.read('document.documentElement.lang')).toBe('en');
  expect(await ann.read(`document.querySelector('#name').labels[0].textContent`)).toBe('Your name');
  expect(await attribute('#name', 'aria-describedby')).toBe('name-problem');
  expect(await attribute('#name-problem', 'role')).toBe('alert');
  expect(await attribute('#status', 'role')).toBe('status');
  expect(await attribute('nav', 'aria-label')).toBe('Pages');
  expect(await attribute('nav [aria-current]', 'href')).toBe('phone');
  await logIn(ann, 'ann');
  expect(await ann.read(`document.querySelector('#other-name').labels[0].textContent`)).not.toBe('');
  expect(await textOf(ann, '#ways legend')).not.toBe('');
  await callByName(ann, 'nobody');
  await expectText(ann, '#status', notTaken('nobody', 'not-online', ''));
  await expectPlace(ann, 'directory');
  await close();
});

test('nothing moves where somebody wants little motion', async ({ chromium }) => {
  const { url, close } = await servePages();
  const ann = await openPhone(chromium, url);
  const moving = await ann.read(`
    [...document.styleSheets]
      .filter(({ href }) => href.endsWith('phone.css'))
      .flatMap(({ cssRules }) => [...cssRules])
      .flatMap((rule) => [rule, ...(rule.cssRules ?? [])])
      .filter((rule) => rule.style?.animationName || rule.style?.transitionProperty)
      .map((rule) => rule.parentRule?.conditionText)`);
  expect(moving).toEqual(['(prefers-reduced-motion: no-preference)']);
  await close();
});

async function expectToFit(window: BrowserWindow): Promise<void> {
  expect(await window.read<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  const outside = await window.read<string[]>(`
    [...document.querySelectorAll('h1, h2, button, input, p, label, li, a')]
      .filter((element) => element.checkVisibility())
      .filter((element) => { const { left, right } = element.getBoundingClientRect(); return left < 0 || right > 375; })
      .map((element) => element.id || element.textContent)`);
  expect(outside).toEqual([]);
  const low = await window.read<string[]>(`
    [...document.querySelectorAll('button, .ways label')]
      .filter((element) => element.checkVisibility() && element.offsetHeight < 44)
      .map((element) => element.id || element.textContent)`);
  expect(low).toEqual([]);
}
