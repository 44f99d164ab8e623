// When somebody is gone, the peer, the network or the server, the page says so in one plain sentence and goes on by
// itself as soon as it can.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
import { servePages } from '../support/serve-pages.js';
import {
  ask,
  enter,
  enterByWire,
  openWire,
  tryToEnter,
  expectLog,
  expectStatus,
  meet,
  said,
  status,
} from '../support/chat-steps.js';

/** The address that they lead to answers 404, as a proxy does that lets no WebSocket through. */
const noWebSocket = `
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url) { super(url.replace('/socket.io/', '/nowhere/')); }
  };`;

/** Each poll begins so late that what the server sends meanwhile comes in one answer. */
const rarePolls = `
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, ...rest) {
    this.isPoll = method === 'GET';
    open.call(this, method, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...args) {
    setTimeout(() => send.apply(this, args), this.isPoll ? 1500 : 0);
  };`;

test('[R13] when the other peer is gone, the page waits, and is paired with the next who enters', async ({
  chromium,
  server,
}) => {
  const bob = await chromium.openWindow();
  await bob.goto(`${server.url}?channel=next`);
  await expectLog(bob, said.created('next'));
  const ann = await enterByWire(server.url, 'next');
  const prompt = await bob.prompt();
  ann.disconnect();
  const cy = openWire(server.url);
  await expect.poll(() => tryToEnter(cy, 'next')).toBe('joined');
  await prompt.accept('Are you there, Ann?');
  const heard = new Promise((resolve) => cy.once('message', resolve));
  expect(await bob.reply('Hello Cy')).toBe(ask.first);
  expect(await heard).toBe('Hello Cy');
  cy.emit('Bye', 'next');
  await expectLog(
    bob,
    said.created('next'),
    said.paired('next'),
    said.gone('next'),
    said.unsent('Are you there, Ann?'),
    said.paired('next'),
    said.otherBye,
  );
});

test('[R13] a joiner whose initiator is gone becomes the initiator', async ({ chromium, server }) => {
  const ann = await chromium.openWindow();
  const bob = await enterByWire(server.url, 'heir');
  await ann.goto(`${server.url}?channel=heir`);
  await expectLog(ann, said.joined('heir'));
  bob.disconnect();
  const heir = [said.joined('heir'), said.gone('heir'), said.initiator];
  await expectLog(ann, ...heir);
  const cy = await enterByWire(server.url, 'heir');
  const heard = new Promise((resolve) => cy.once('message', resolve));
  expect(await ann.reply('Hello')).toBe(ask.first);
  expect(await heard).toBe('Hello');
  cy.disconnect();
  await expectLog(ann, ...heir, said.paired('heir'), said.gone('heir'));
});

test('a network that goes is said to be lost; when it is back, the page enters again by itself', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow();
  await ann.goto(`${server.url}?channel=offline`);
  await expectLog(ann, said.created('offline'));
  await ann.setOffline(true);
  await expectStatus(ann, status.lostAlone);
  await ann.setOffline(false);
  await expectStatus(ann, status.waiting);
  await expectLog(ann, said.created('offline'), said.lost, said.back);
});

test('[R16] a path that goes silent is found by the page, though nothing says that it is dead', async ({
  chromium,
}) => {
  const quick = await servePages({ heartbeatMs: 300 });
  const ann = await chromium.openWindow({ canBeSilent: true });
  await ann.goto(`${quick.url}?channel=silent`);
  await expectLog(ann, said.created('silent'));
  ann.setSilent(true);
  await expectStatus(ann, status.lostAlone);
  ann.setSilent(false);
  await expectStatus(ann, status.waiting);
  await quick.close();
});

test('a server that cannot be reached at first is said so; the page enters once it is there', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ before: noWebSocket });
  await ann.setRoute('**/socket.io/**', 'blocked');
  await enter(ann, server.url, 'late');
  await expectStatus(ann, status.unreachable);
  await expectLog(ann, said.unreachable);
  await ann.setRoute('**/socket.io/**', 'open');
  await expectLog(ann, said.unreachable, said.back, said.created('late'));
});

test('where WebSockets do not work, the page chats by long-polling', async ({ chromium, server }) => {
  const ann = await chromium.openWindow({ before: noWebSocket });
  const bob = await chromium.openWindow();
  await meet(ann, bob, server.url, 'polling');
  await ann.reply('Slow but sure');
  await bob.reply('Bye');
  await expectLog(bob, said.joined('polling'), said.message('Slow but sure'), said.ownBye);
  await expectLog(ann, said.created('polling'), said.paired('polling'), said.otherBye);
});

test('a receipt counts although the Bye behind it comes in the same answer to a poll', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ before: noWebSocket + rarePolls });
  const bob = await chromium.openWindow();
  await meet(ann, bob, server.url, 'rare');
  await ann.reply('Slow but sure');
  await bob.reply('Bye');
  await expectLog(ann, said.created('rare'), said.paired('rare'), said.otherBye);
});
