// The live ladder on the pages of calls: entering, descriptions, candidates and the goodbye are there as arrows, so is
// the way back to the server, and the saved trace has the same, without secrets.
import { expect } from 'vitest';
import { words } from '../../client/pages/phone/phone-words.js';
import { testWith } from '../support/browser-test.js';
import type { Browser, BrowserWindow } from '../support/browser-window.js';
import { callSays } from '../support/call-says.js';
import type { PageServer } from '../support/serve-pages.js';
import { emptyLadder, hearEvent } from '../../client/pages/ladder/ladder-rules.js';
import { lineOf, markOf, wayOf, type Row, type TraceEvent } from '../../client/pages/ladder/ladder-row.js';
import * as callSteps from '../support/call-page-steps.js';
import { ladderRows, rowThatSays } from '../support/ladder-window.js';
import * as phoneSteps from '../support/phone-steps.js';

/** Calls go without it, but its password is among what travels. */
const relay = { turnUrls: ['turn:127.0.0.1:9'], turnSecret: 'only the server knows it' };

const test = testWith(relay);

const { direct, expectFrames, expectNoComplaints, expectSays, join, openPage, press } = callSteps;

/** Runs in the page before its own scripts: keeps what it saves, and each secret that it has put away. */
const watchFiles = `
  const createObjectURL = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    window.savedFile = blob;
    return createObjectURL(blob);
  };
  window.secrets = [];
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, value) {
    if (/^[0-9a-f]{32}$/.test(value)) window.secrets.push(value);
    setItem.call(this, key, value);
  };`;

const entering = (channel: string, answer: string): string[] => [
  'Your side: connecting',
  `You to the server: create or join: channel ${channel}`,
  `The server to you: create or join: ${answer}`,
  'Your side: connected',
];

const media = String.raw`audio \(opus, .+\), video \(VP8, .+\), data channel`;
const own = (type: string) => new RegExp(`^You to the other: ${type}: ${media}; you send and receive`);
const others = (type: string) => new RegExp(`^The other to you: ${type}: ${media}; the other sends`);

// Both say it at once: whoever hears the other's first need not say its own.
const goodbye = /^(You to the other|The other to you): Bye: ends the conversation$/;
const leave = /^(You to the other|The other to you): leave: hangs up$/;

test('on /call: entering, ready, offer, answer, candidates both ways, and Bye; the trace has the same', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await callWithLadders(chromium, server.callPage('arrows'));
  const credentials = await credentialsOf(ann);
  await press(ann, 'Hang up');
  await expectSays(bob, callSays.otherHungUp);
  for (const window of [ann, bob]) await expectEnd(window);

  await expectInOrder(
    ann,
    ...entering('arrows', 'created, initiator, nobody else is there, 1 ICE server'),
    'The server to you: remotePeerJoining',
    'The server to you: ready: you are two',
    own('offer'),
    others('answer'),
    'You to the other: hang up: ends the call',
  );
  await expectInOrder(
    bob,
    ...entering('arrows', 'joined, joiner, the other is here, 1 ICE server'),
    'The server to you: ready: you are two',
    others('offer'),
    own('answer'),
    'The other to you: hang up: ends the call',
  );
  for (const window of [ann, bob]) await expectInOrder(window, 'Your side: route: none any more', goodbye);

  await expectTrace(ann, credentials);
  await expectNoComplaints(ann, bob);
});

test('on /call: a way back to the server during the call is marked as resumed, on both sides', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = await callWithLadders(chromium, server.callPage('resumed'));
  await ann.setOffline(true);
  await expectSays(ann, callSays.ownServerLost);
  await expectSays(bob, callSays.otherServerLost);
  await ann.setOffline(false);
  for (const window of [ann, bob]) await expectSays(window, direct);
  await expectFrames(ann, bob);

  await expectInOrder(
    ann,
    'Your side: route: direct',
    'Your side: lost',
    ...entering('resumed', 'resumed, initiator, the other is here, 1 ICE server resumed'),
  );
  await expectInOrder(
    bob,
    'Your side: route: direct',
    'The server to you: peer away: the other’s connection dropped, its seat is kept',
    'The server to you: peer back: the other is in its seat again resumed',
  );
  expect(await marksOf(ann, 'create or join: resumed')).toEqual({ words: ['resumed'], rings: 1 });
  expect(await marksOf(bob, 'peer back')).toEqual({ words: ['resumed'], rings: 1 });
  expect(await marksOf(ann, 'create or join: created')).toEqual({ words: [], rings: 0 });

  const credentials = await credentialsOf(ann);
  await press(ann, 'Hang up');
  for (const window of [ann, bob]) await expectEnd(window);
  await expectTrace(ann, credentials);
  await expectNoComplaints(bob);
});

test('on /phone: login, ring, offer, answer, candidates both ways, and leave; the trace has the same', async ({
  chromium,
  server,
}) => {
  const [ann, bob] = [await openPhone(chromium, server, 'ann'), await openPhone(chromium, server, 'bob')];
  await phoneSteps.talk(ann, bob);
  for (const window of [ann, bob]) await expectCandidates(window);
  const credentials = await credentialsOf(ann);
  await ann.click('#hangUp');
  await phoneSteps.expectStatus(bob, words.hungUp('ann'));
  for (const window of [ann, bob]) {
    await expectInOrder(window, leave);
    await window.click('#log-out');
    await expectEnd(window);
  }

  await expectInOrder(
    ann,
    'You to the server: login: as ann',
    'The server to you: login: the name is yours, 1 ICE server',
    'You to the other: offer: rings bob',
    'The other to you: answer: takes the call',
    own('offer'),
    others('answer'),
    'You to the other: hang up: ends the call',
  );
  await expectInOrder(
    bob,
    'You to the server: login: as bob',
    'The other to you: offer: ann rings',
    'You to the other: answer: takes the call',
    others('offer'),
    own('answer'),
    'The other to you: hang up: ends the call',
  );
  await expectTrace(ann, credentials);
  await expectNoComplaints(ann, bob);
});

/** Both have it open from the beginning: it is drawn while it happens. */
async function callWithLadders(
  chromium: Browser,
  address: string,
): Promise<[ann: BrowserWindow, bob: BrowserWindow]> {
  const enter = async (): Promise<BrowserWindow> => {
    const window = await openPage(chromium, address, { before: watchFiles });
    await window.click('.ladder > summary');
    await join(window);
    return window;
  };
  const ann = await enter();
  await expectSays(ann, callSays.waiting);
  const bob = await enter();
  for (const window of [ann, bob]) {
    await expectSays(window, direct);
    await expectCandidates(window);
  }
  return [ann, bob];
}

async function openPhone(chromium: Browser, server: PageServer, name: string): Promise<BrowserWindow> {
  const window = await phoneSteps.openPhone(chromium, server.url, { before: watchFiles });
  await window.click('.ladder > summary');
  await phoneSteps.logIn(window, name);
  return window;
}

function isNoLook(row: string): boolean {
  return !row.includes(': check:');
}

/** Rows that begin or read like this are there, in this order; others may stand between them. */
async function expectInOrder(window: BrowserWindow, ...expected: (string | RegExp)[]): Promise<void> {
  const found = async (): Promise<(string | RegExp)[]> => {
    let rows = await ladderRows(window);
    return expected.filter((words) => {
      const place = rows.findIndex((row) =>
        typeof words === 'string' ? row.startsWith(words) : words.test(row),
      );
      rows = rows.slice(place + 1);
      return place >= 0;
    });
  };
  await expect.poll(found).toEqual(expected);
}

/** Nothing comes after it. Whose word it is depends on whether the own goodbye is out before the other's comes. */
async function expectEnd(window: BrowserWindow): Promise<void> {
  await expect
    .poll(async () => (await ladderRows(window)).at(-1))
    .toMatch(/^Your side: over: (closed|ended)$/);
}

/** They come when they like: before the answer, and when a path has been found already. */
async function expectCandidates(window: BrowserWindow): Promise<void> {
  await expectInOrder(window, 'You to the other: candidate: host, udp');
  await expectInOrder(window, 'The other to you: candidate: host, udp');
}

/** How a row is marked: in words, and by rings in its arrow. */
function marksOf(window: BrowserWindow, words: string): Promise<{ words: string[]; rings: number }> {
  return window.read(`(() => {
    const row = ${rowThatSays(words)};
    return {
      words: [...row.querySelectorAll('.ladder-mark')].map((mark) => mark.textContent),
      rings: row.querySelectorAll('circle[fill="none"]').length,
    };
  })()`);
}

/** The passwords of the relay that the page's connections have. */
async function credentialsOf(window: BrowserWindow): Promise<string[]> {
  const credentials = await window.read<string[]>(`
    window.connections
      .flatMap((connection) => connection.getConfiguration().iceServers)
      .map(({ credential }) => credential)`);
  expect(credentials).not.toEqual([]);
  return credentials;
}

/** The saved trace makes the rows that are shown, and nothing in it opens a door. */
async function expectTrace(window: BrowserWindow, credentials: readonly string[]): Promise<void> {
  await window.click('.ladder-bar button:nth-of-type(2)');
  const text = await window.read<string>('window.savedFile.text()');
  const { events, ...about } = JSON.parse(text) as { events: TraceEvent[] };
  expect(about).toEqual({ parley: 1, savedAt: expect.any(String) as string, eventsLeftOut: 0 });
  // JSON writes null for nothing: a route that is no more.
  const heard = events.map(({ args, ...event }) => ({ ...event, args: args.map((arg) => arg ?? undefined) }));
  const { rows } = heard.reduce(hearEvent, emptyLadder);
  expect(rows.map(shownAs).filter(isNoLook)).toEqual(await ladderRows(window));

  const seats = await window.read<string[]>('window.secrets');
  // One to come with, another one since.
  expect(new Set(seats).size).toBeGreaterThan(1);
  expect(text).toContain('"credential": "(hidden)"');
  for (const secret of [...seats, ...credentials, relay.turnSecret]) expect(text).not.toContain(secret);
}

function shownAs(row: Row): string {
  const times = row.count > 1 ? `${row.count} times` : '';
  return [`${wayOf(row)}: ${lineOf(row)}`, markOf(row), times].filter((part) => part !== '').join(' ');
}
