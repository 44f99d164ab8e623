// The live ladder on the page of the chat: what two windows say to each other appears as arrows, in order; it can be
// unfolded and saved; what a peer sends stays text; a folded ladder costs nothing.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { broadcastOf } from '../support/entering.js';
import { servePages } from '../support/serve-pages.js';
import { ask, enterByWire, expectLog, meet, said, writeInField } from '../support/chat-steps.js';
import { lowContrasts } from '../support/contrast.js';
import { ladderRows, openLadder, rowThatSays } from '../support/ladder-window.js';

const payload = '<img src=x onerror="window.hacked = 1">';

function entered(channel: string, answer: string): string[] {
  return [
    'Your side: connecting: to the server',
    `You to the server: create or join: channel ${channel}`,
    `The server to you: create or join: ${answer}`,
  ];
}

/** Ann's ladder of a conversation: she is the initiator, says hello, and is answered. */
function annsRows(channel: string): string[] {
  return [
    ...entered(channel, 'created, initiator, nobody else is there'),
    'Your side: connected: created',
    'The server to you: created: you are the initiator',
    'The server to you: remotePeerJoining: somebody is joining',
    'The server to you: join: the same, as chapter 5 of the book has it',
    `The server to you: broadcast: joined: ${broadcastOf('ID', channel)}`,
    'The server to you: ready: you are two',
    'You to the other: message: “Hello Bob”',
    `The server to you: log: >>> S --> Got message: {"channel":"${channel}","message":"Hello Bob"}`,
    'The other to you: receipt: has everything up to 1',
    'The other to you: response: “Hello Ann”',
    'You to the other: receipt: has everything up to 1',
  ];
}

async function expectRows(window: BrowserWindow, rows: string[]): Promise<void> {
  const read = async (): Promise<string[]> =>
    (await ladderRows(window)).map((row) => row.replace(/client \S+ joined/, 'client ID joined'));
  await expect.poll(read).toEqual(rows);
}

test('a conversation appears as arrows between three lanes, in order, with its receipts', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = [await chromium.openWindow(), await chromium.openWindow()];
  await meet(ann, bob, server.url, 'arrows');
  await ann.reply('Hello Bob');
  await bob.reply('Hello Ann');
  const question = await ann.prompt();
  expect(question.question).toBe(ask.keepOn);
  await question.dismiss();
  await openLadder(ann);
  await expectRows(ann, annsRows('arrows'));

  const arrowOf = (words: string) =>
    ann.read<number[]>(
      `[...${rowThatSays(words)}.querySelectorAll('line:not(.ladder-lane)')].flatMap(({ x1, x2 }) => [x1, x2].map((end) => end.baseVal.value))`,
    );
  const [youSend, serverGets] = await arrowOf('create or join: channel');
  const [, otherGets = 0] = await arrowOf('message: “Hello Bob”');
  expect(youSend).toBeLessThan(serverGets ?? 0);
  expect(serverGets).toBeLessThan(otherGets);
  const [otherSends] = await arrowOf('response: “Hello Ann”');
  expect(otherSends).toBeGreaterThan(otherGets);
  const isDashed = `${rowThatSays('The other to you: receipt')}.querySelector('[stroke-dasharray]') !== null`;
  expect(await ann.read(isDashed)).toBe(true);

  await openLadder(bob);
  expect((await ladderRows(bob)).slice(0, 3)).toEqual(entered('arrows', 'joined, joiner, the other is here'));
  expect(await ann.complaints()).toEqual([]);
});

test('a row unfolds by keyboard, and a payload of a peer stays text there and in both files', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await enterByWire(server.url, 'payload');
  await ann.goto(`${server.url}?channel=payload`);
  await expectLog(ann, said.joined('payload'));
  bob.emit('message', { channel: 'payload', message: payload });
  await expectLog(ann, said.joined('payload'), said.message(payload));
  await openLadder(ann);
  await expect.poll(() => ladderRows(ann)).toContain(`The other to you: message: “${payload}”`);

  await ann.read(`${rowThatSays('onerror')}.querySelector('summary').focus()`);
  await ann.press('Enter');
  const contents = `${rowThatSays('onerror')}.querySelector('pre')?.textContent`;
  await expect.poll(() => ann.read(contents)).toBe(JSON.stringify([payload], null, 2));

  const picture = await ann.clickAndSave('.ladder-bar button:nth-of-type(1)');
  expect(picture.name).toMatch(/^parley-ladder-[\dT-]+\.svg$/);
  // The page itself may not parse anything: a blank one may.
  const viewer = await chromium.openWindow();
  const drawn = await viewer.read<{ root: string; texts: string[]; images: number }>(`(() => {
    const picture = new DOMParser().parseFromString(${JSON.stringify(picture.text)}, 'image/svg+xml');
    const texts = [...picture.querySelectorAll('text')].map(({ textContent }) => textContent);
    return { root: picture.documentElement.tagName, texts, images: picture.querySelectorAll('img').length };
  })()`);
  expect(drawn).toMatchObject({ root: 'svg', images: 0 });
  expect(drawn.texts).toEqual(expect.arrayContaining(['You', 'Server', 'Other', `message: “${payload}”`]));

  const trace = await ann.clickAndSave('.ladder-bar button:nth-of-type(2)');
  expect(trace.name).toMatch(/^parley-ladder-[\dT-]+\.json$/);
  expect(JSON.parse(trace.text)).toMatchObject({
    parley: 1,
    savedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    events: expect.arrayContaining([
      { at: expect.any(Number) as number, direction: 'in', event: 'message', args: [payload] },
    ]) as unknown[],
  });
  expect(await ann.read(`document.querySelector('.ladder-status').textContent`)).toBe(
    `Saved as ${trace.name}`,
  );
  expect(await ann.read('typeof window.hacked')).toBe('undefined');
  expect(await ann.read(`document.querySelectorAll('.ladder img').length`)).toBe(0);
  expect(await ann.complaints()).toEqual([]);
  bob.disconnect();
});

test('folded, it draws nothing; open, it follows its end while the reader is there, and is 500 rows long', async ({
  chromium,
}) => {
  // Nothing travels here but what is said.
  const quiet = await servePages({ heartbeatMs: 60_000 });
  onTestFinished(quiet.close);
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await enterByWire(quiet.url, 'long ladder');
  await ann.goto(`${quiet.url}?channel=long ladder`);
  await expectLog(ann, said.joined('long ladder'));
  const say = (count: number): void => {
    for (let number = 0; number < count; number += 1) bob.emit('message', `line ${number} of ${count}`);
  };
  say(40);
  await expect.poll(() => ann.read(`document.querySelectorAll('#scratchPad p').length`)).toBe(81);
  expect(await ann.read(`document.querySelectorAll('.ladder li').length`)).toBe(0);

  await openLadder(ann);
  const place = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.ladder-scroll'))`;
  await expect.poll(() => ann.read(place)).toBeLessThan(2);
  say(41);
  await expect.poll(() => ann.read(`${rowThatSays('line 40 of 41')} !== undefined`)).toBe(true);
  await expect.poll(() => ann.read(place)).toBeLessThan(2);

  // The reader goes to a line, which stays where it is while older ones go and new ones come.
  const top = `Math.round(${rowThatSays('line 40 of 41')}.getBoundingClientRect().top)`;
  await ann.read(
    `${rowThatSays('line 40 of 41')}.scrollIntoView(), document.querySelector('.ladder-scroll').scrollBy(0, -60)`,
  );
  await expect.poll(() => ann.read(place)).toBeGreaterThan(30);
  // The page hears of it in the next frame.
  await ann.read(
    `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))`,
  );
  const before = await ann.read(top);
  await ann.read(`document.querySelector('.ladder li summary').focus({ preventScroll: true })`);
  say(480);
  await expect.poll(() => ann.read(`${rowThatSays('line 479 of 480')} !== undefined`)).toBe(true);
  expect(await ann.read(`document.querySelectorAll('.ladder li').length`)).toBe(500);
  expect(await ann.read(top)).toBe(before);
  // The focus was in a row that has gone.
  expect(await ann.read(`document.activeElement === document.querySelector('.ladder li summary')`)).toBe(
    true,
  );
  expect(await ann.read(`document.querySelector('.ladder-scroll > p:not([hidden])').textContent`)).toMatch(
    /^\d+ /,
  );
  bob.disconnect();
});

test.for(['light', 'dark'] as const)(
  'in %s, at 375 pixels, it fits and can be read',
  async (colorScheme, { chromium, server }) => {
    const ann = await chromium.openWindow({ width: 375, height: 667, colorScheme, showsPrompts: false });
    const bob = await enterByWire(server.url, `small ${colorScheme}`);
    await ann.goto(`${server.url}?channel=small ${colorScheme}`);
    await expectLog(ann, said.joined(`small ${colorScheme}`));
    expect(await ann.read(`document.documentElement.scrollHeight`)).toBeLessThanOrEqual(667);
    bob.emit('message', 'w'.repeat(500));
    await writeInField(ann, ask.answer, 'Hi');
    await openLadder(ann);
    await ann.read(`${rowThatSays('wwww')}.querySelector('summary').click()`);
    await expect.poll(() => ann.read(`document.querySelectorAll('.ladder pre').length`)).toBe(1);
    expect(await ann.read(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(375);
    const texts = '.ladder summary, .ladder span, .ladder b, .ladder bdi, .ladder p, .ladder pre, nav a';
    expect(await lowContrasts(ann, texts)).toEqual([]);
    const outside = await ann.read(`
    [...document.querySelectorAll('.ladder li, .ladder pre, .ladder button, .ladder .ladder-drawing, nav a')]
      .filter((element) => { const { left, right } = element.getBoundingClientRect(); return left < 0 || right > 375; })
      .map((element) => element.className || element.tagName)`);
    expect(outside).toEqual([]);
    bob.disconnect();
    await ann.close();
  },
);

test('in Firefox it draws the same, and saves', async ({ chromium, firefox, server }) => {
  const folder = await firefox.downloads();
  const [ann, bob] = [await firefox.openWindow(), await chromium.openWindow()];
  await meet(ann, bob, server.url, 'firefox');
  await ann.reply('Hello Bob');
  await bob.reply('Hello Ann');
  await (await ann.prompt()).dismiss();
  await openLadder(ann);
  await expectRows(ann, annsRows('firefox'));
  for (const number of [1, 2]) await ann.click(`.ladder-bar button:nth-of-type(${number})`);
  const endings = async (): Promise<string[]> =>
    (await readdir(folder)).map((name) => name.replace(/.*\./, '')).sort();
  await expect.poll(endings).toEqual(['json', 'svg']);
  const [trace = ''] = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const isWhole = async (): Promise<boolean> => (await readFile(join(folder, trace), 'utf8')).endsWith('}');
  await expect.poll(isWhole).toBe(true);
  expect(JSON.parse(await readFile(join(folder, trace), 'utf8'))).toMatchObject({ parley: 1 });
  expect(await ann.complaints()).toEqual([]);
});
