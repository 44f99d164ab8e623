// examples/react, built and served by parley: two people chat and call with the hooks of parley/react.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { ChannelFailure, openChannel } from '../../client/index.js';
import { expectNoComplaintsAnywhere, test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { buildExample, copyExample, type ExampleBuild } from '../support/built-example.js';
import { lowContrasts } from '../support/contrast.js';
import { watchChannel } from '../support/library-client.js';
import { servePages } from '../support/serve-pages.js';

const builds = new Map<ExampleBuild['react'], string>();
const removals: (() => Promise<void>)[] = [];

test.beforeAll(async () => {
  for (const react of ['production', 'development'] as const)
    builds.set(react, await buildExample((remove) => removals.push(remove), { react }));
});
test.afterAll(async () => {
  await Promise.all(removals.map((remove) => remove()));
});
test.afterEach(expectNoComplaintsAnywhere);

async function serve(react: ExampleBuild['react'] = 'production'): Promise<string> {
  const { url, close } = await servePages({ publicDir: builds.get(react) ?? '' });
  onTestFinished(close);
  return url;
}

const words = {
  alone: 'Nobody else is here. Send the address of this page to somebody.',
  both: 'The other person is here.',
  called: 'They are calling you.',
  full: 'There are two people in this channel. You enter when one of them leaves.',
  over: 'The call has ended.',
  ended: new ChannelFailure('ended').message,
};

const expectSays = (window: BrowserWindow, ...texts: string[]): Promise<void> =>
  expect
    .poll(() =>
      window.read<string>(`document.querySelector('.status')?.textContent.replace(/ +/g, ' ').trim()`),
    )
    .toBe(texts.join(' '));

const expectChat = (window: BrowserWindow, ...lines: string[]): Promise<void> =>
  expect
    .poll(() => window.read(`[...document.querySelectorAll('li')].map((line) => line.textContent.trim())`))
    .toEqual(lines);

async function press(window: BrowserWindow, label: string): Promise<void> {
  await window.click(`text="${label}"`);
}

async function write(window: BrowserWindow, text: string): Promise<void> {
  await window.click('#text');
  await window.type(text);
  await window.press('Enter');
}

const isPlaying = `[...document.querySelectorAll('video')].map((video) => video.videoWidth > 0)`;

test('compiles, with strict types, against the package', async () => {
  const folder = await copyExample(onTestFinished);
  const compiler = createRequire(import.meta.url).resolve('typescript-native/package.json');
  const args = [join(dirname(compiler), 'bin/tsc'), '-p', folder];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('');
});

test.for(['production', 'development'] as const)(
  'two people meet, chat and call, in %s',
  async (react, { chromium }) => {
    const url = await serve(react);
    const countCameras = `
    window.cameras = 0;
    const getCamera = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (asked) => (window.cameras++, getCamera(asked));`;
    const [ann, bob, cy] = await Promise.all(
      [0, 1, 2].map(() => chromium.openWindow({ before: countCameras })),
    );
    if (!ann || !bob || !cy) throw new Error('no windows');
    await ann.goto(url);
    await ann.type('room 7');
    await ann.press('Enter');
    await expectSays(ann, words.alone);
    const address = await ann.read<string>('location.href');
    await bob.goto(address);
    for (const window of [ann, bob]) await expectSays(window, words.both);
    await cy.goto(address);
    await expectSays(cy, words.full);

    await write(ann, 'hello');
    await write(bob, 'hi');
    await expectChat(ann, 'You hello', 'They hi');
    await expectChat(bob, 'They hello', 'You hi');

    await press(ann, 'Call');
    await expectSays(bob, words.both, words.called);
    await press(bob, 'Answer');
    for (const window of [ann, bob]) {
      await expect.poll(() => window.read(isPlaying)).toEqual([true, true]);
      await expectSays(window, words.both);
    }
    await press(bob, 'Hang up');
    await expectSays(ann, words.both, words.over);
    await expectSays(bob, words.both);
    // In StrictMode the component was mounted twice, and its call is one.
    expect(await Promise.all([ann, bob].map((window) => window.read('cameras')))).toEqual([1, 1]);

    await press(ann, 'Leave');
    for (const window of [bob, cy]) await expectSays(window, words.both);
    await expectChat(bob, 'They hello', 'You hi');
    await write(cy, 'and me');
    await expectChat(bob, 'They hello', 'You hi', 'They and me');
  },
);

test('entering and leaving 20 times in StrictMode does not end the channel of the other person', async ({
  chromium,
}) => {
  const url = await serve('development');
  const other = await openChannel(url, 'again');
  onTestFinished(() => other.close());
  const { messages, states, until } = watchChannel(other);
  const window = await chromium.openWindow();
  await window.goto(url);
  for (let round = 0; round < 20; round++) {
    await window.read(`void (location.hash = 'again')`);
    await expectSays(window, words.both);
    // Half of the time the other person is told of it first.
    if (round % 2 === 0) await until(({ channel }) => channel.peer === 'here');
    await press(window, 'Leave');
    await expect.poll(() => window.read(`document.activeElement.id`)).toBe('name');
  }
  await expect.poll(() => other.peer).toBe('gone');
  expect([messages.every((message) => JSON.stringify(message) === '{"isCalling":false}'), states]).toEqual([
    true,
    [],
  ]);
});

test('a channel that the other person has ended can be opened again', async ({ chromium }) => {
  const url = await serve();
  const other = await openChannel(url, 'red');
  const window = await chromium.openWindow();
  await window.goto(`${url}#red`);
  await expectSays(window, words.both);
  await other.close();
  await expectSays(window, words.ended);
  await press(window, 'Try again');
  await expectSays(window, words.alone);
});

test.for([
  ['light', 375, 667],
  ['dark', 375, 667],
  ['light', 1000, 700],
] as const)(
  'in %s, at %d by %d pixels it can be read and used',
  async ([colorScheme, width, height], { chromium }) => {
    const url = await serve();
    const look = { colorScheme, width, height };
    const [ann, bob] = [await chromium.openWindow(look), await chromium.openWindow(look)];
    const name = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz';

    async function expectToLookWell(window: BrowserWindow): Promise<void> {
      expect(await lowContrasts(window, 'h1, h2, h3, p, label, button, input, li, li b, li small')).toEqual(
        [],
      );
      expect(await window.read<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const flaws = `[...document.querySelectorAll('button, input, video')].filter((element) =>
      !(element.textContent.trim() || element.ariaLabel || element.labels?.length) ||
      element.getBoundingClientRect().height < 44).map(({ outerHTML }) => outerHTML)`;
      expect(await window.read(flaws)).toEqual([]);
    }

    await ann.goto(url);
    await expectToLookWell(ann);
    await ann.goto(`${url}#${name}`);
    await expectSays(ann, words.alone);
    await write(ann, `Early ${name}`);
    await expectChat(ann, `You Early ${name} (sending)`);
    await expectToLookWell(ann);
    await bob.goto(`${url}#${name}`);
    await expectChat(bob, `They Early ${name}`);
    await press(ann, 'Call');
    await press(bob, 'Answer');
    for (const window of [ann, bob]) {
      await expect.poll(() => window.read(isPlaying)).toEqual([true, true]);
      await expectToLookWell(window);
      expect(await window.read(`document.activeElement.textContent`)).toBe('Hang up');
    }
  },
);
