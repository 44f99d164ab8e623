// A conversation over drops and a restart of the server: the turn stays, what is written meanwhile arrives, and the page
// says what is going on.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
import { lookAt } from '../support/browser-window.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { ladderRows, openLadder } from '../support/ladder-window.js';
import { servePages } from '../support/serve-pages.js';
import {
  ask,
  buttonsOf,
  enterByWire,
  labelOf,
  expectLog,
  expectStatus,
  meet,
  said,
  status,
  writeInField,
} from '../support/chat-steps.js';

test('a server that restarts is said to be lost, and the two go on where they were', async ({ chromium }) => {
  const first = await servePages();
  const ann = await chromium.openWindow();
  const bob = await chromium.openWindow();
  await meet(ann, bob, first.url, 'restart');
  const prompt = await ann.prompt();
  await first.close();
  await expectLog(bob, said.joined('restart'), said.lost);
  await expectStatus(bob, status.lost);
  expect(await buttonsOf(bob)).toEqual(['Bye']);

  const second = await servePages({ port: first.port });
  await expectLog(bob, said.joined('restart'), said.lost, said.back);
  await expectStatus(bob, status.sought);
  await prompt.accept('Written before the restart');
  expect(await bob.reply('And answered after it')).toBe(ask.answer);
  expect(await ann.reply('Bye')).toBe(ask.keepOn);
  await expectLog(
    ann,
    said.created('restart'),
    said.paired('restart'),
    said.lost,
    said.back,
    said.response('And answered after it'),
    said.ownBye,
  );
  await expectLog(
    bob,
    said.joined('restart'),
    said.lost,
    said.back,
    said.message('Written before the restart'),
    said.otherBye,
  );
  await second.close();
});

test.for(['sent', 'written'] as const)(
  'after a restart, somebody else who is there begins a new conversation, without what was %s for the one before',
  async (done, { chromium }) => {
    const first = await servePages();
    const ann = await chromium.openWindow({ showsPrompts: false });
    const bob = await chromium.openWindow({ showsPrompts: false, canBeSilent: true });
    await ann.goto(`${first.url}?channel=stranger`);
    await expectLog(ann, said.created('stranger'));
    await openLadder(ann);
    await bob.goto(`${first.url}?channel=stranger`);
    await expect.poll(() => labelOf(ann)).toBe(ask.first);
    bob.setSilent(true);
    if (done === 'sent') {
      await writeInField(ann, ask.first, 'For Bob only');
      await expect.poll(() => ladderRows(ann)).toContainEqual(expect.stringContaining('For Bob only'));
    }
    await bob.close();
    await expectStatus(ann, status.away);
    await first.close();
    await expectStatus(ann, status.lost);
    if (done === 'written') await writeInField(ann, ask.first, 'For Bob only');

    const second = await servePages({ port: first.port });
    await expectStatus(ann, status.sought);
    const cy = await enterByWire(second.url, 'stranger');
    const heard = new Promise((resolve) => cy.once('message', resolve));
    await writeInField(ann, ask.first, 'Who is there?');
    expect(await heard).toBe('Who is there?');
    await expectLog(
      ann,
      said.created('stranger'),
      said.paired('stranger'),
      said.lost,
      said.back,
      ...(done === 'written' ? [said.unsent('For Bob only')] : []),
      said.created('stranger'),
      said.paired('stranger'),
      ...(done === 'sent' ? [said.undelivered('For Bob only')] : []),
    );
    await second.close();
  },
);

test('[R22] what is written while oneself or the other is away arrives, once and in order', async ({
  chromium,
  server,
}) => {
  const way = await startFaultProxy(server.port);
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await chromium.openWindow({ showsPrompts: false });
  await ann.goto(`${server.url}?channel=away`);
  await expectLog(ann, said.created('away'));
  await bob.goto(`${way.url}?channel=away`);
  await writeInField(ann, ask.first, 'Hello');
  await expect.poll(() => labelOf(bob)).toBe(ask.answer);

  way.cut();
  await expectStatus(bob, status.lost);
  await expectStatus(ann, status.away);
  await writeInField(bob, ask.answer, 'Written by one who was away');
  way.welcome = 'carry';
  await lookAt(bob);
  await expect.poll(() => labelOf(ann)).toBe(ask.keepOn);
  await expectStatus(ann, status.yourTurn);

  way.cut();
  await expectStatus(ann, status.away);
  await writeInField(ann, ask.keepOn, 'Written to one who was away');
  way.welcome = 'carry';
  await lookAt(bob);
  await writeInField(bob, ask.keepOn, 'Bye');
  await expectLog(
    ann,
    said.created('away'),
    said.paired('away'),
    said.response('Written by one who was away'),
    said.otherBye,
  );
  await expectLog(
    bob,
    said.joined('away'),
    said.message('Hello'),
    [...said.lost, ...said.back],
    [...said.lost, ...said.back],
    said.response('Written to one who was away'),
    said.ownBye,
  );
});

test('[R22] one who does not come back in time is gone; back later, it finds its seat free and goes on', async ({
  chromium,
}) => {
  const quick = await servePages({ graceMs: 1000 });
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await chromium.openWindow({ showsPrompts: false });
  await ann.goto(`${quick.url}?channel=late`);
  await expectLog(ann, said.created('late'));
  await bob.goto(`${quick.url}?channel=late`);
  await writeInField(ann, ask.first, 'Hello');
  await expect.poll(() => labelOf(bob)).toBe(ask.answer);
  await bob.setOffline(true);
  await expectLog(ann, said.created('late'), said.paired('late'), said.gone('late'));
  await bob.setOffline(false);
  await writeInField(bob, ask.answer, 'Sorry, a tunnel');
  await expectLog(
    ann,
    said.created('late'),
    said.paired('late'),
    said.gone('late'),
    said.paired('late'),
    said.response('Sorry, a tunnel'),
  );
  await expectLog(bob, said.joined('late'), said.message('Hello'), said.lost, said.back);
  await quick.close();
});

test('[R24] a "Bye" that is said while one is away is told on the return', async ({ chromium, server }) => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await chromium.openWindow({ showsPrompts: false });
  await ann.goto(`${server.url}?channel=meanwhile`);
  await expectLog(ann, said.created('meanwhile'));
  await bob.goto(`${server.url}?channel=meanwhile`);
  await expectLog(bob, said.joined('meanwhile'));
  await bob.setOffline(true);
  await expectStatus(ann, status.away);
  await ann.click('#bye');
  await expectLog(ann, said.created('meanwhile'), said.paired('meanwhile'), said.ownBye);
  await bob.setOffline(false);
  await expectLog(bob, said.joined('meanwhile'), said.lost, [...said.endedMeanwhile]);
  await expectStatus(bob, status.otherLeft);
  expect(await buttonsOf(bob)).toEqual(['New conversation']);
});
