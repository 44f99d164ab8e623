// Clients that were written for other servers have whole conversations here, unmodified, over both transports.
import { describe, expect, it } from 'vitest';
import { openChapterFive } from '../support/book-clients/chapter-five.js';
import { openChapterFour } from '../support/book-clients/chapter-four.js';
import { openCodelab } from '../support/book-clients/codelab.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports } from '../support/room-client.js';

const answersAnn = ['answer of ann', 'ann 0', 'ann 1'];
const answersBob = ['answer of bob', 'bob 0', 'bob 1'];
const offersAnn = ['offer of ann', 'ann 0', 'ann 1'];

describe.each(transports)("the book's chapter 4, over %s", (transport) => {
  const waits = 'Channel Test has been created!';

  it('[R3] [R4] [R7] [R10] [R11] chats until the initiator writes Bye', async () => {
    const { url } = await startParley();
    const ann = openChapterFour(url, transport, 'Test', ['Hello', 'How are you?', 'Bye']);
    await ann.shows(waits);
    const bob = openChapterFour(url, transport, 'Test', ['Hi', 'Fine']);
    await Promise.all([ann.ended, bob.ended]);
    expect(ann.log).toEqual([
      'Channel Test has been created!',
      'This peer is the initiator...',
      'Request to join Test',
      'You are the initiator!',
      'Broadcast message from server: S --> broadcast(): client ID joined channel Test',
      'Got response from other peer: Hi',
      'Got response from other peer: Fine',
      'Sending "Bye" to server...',
      'Going to disconnect...',
    ]);
    expect(bob.log).toEqual([
      'Message from server: joined',
      'Got message from other peer: Hello',
      'Got response from other peer: How are you?',
      'Got "Bye" from other peer!',
      'Sending "Ack" to server',
      'Going to disconnect...',
    ]);
  });

  it('[R10] [R11] chats until the joiner writes Bye, again and again in the same channel', async () => {
    const { url } = await startParley();
    for (let conversation = 0; conversation < 5; conversation++) {
      const ann = openChapterFour(url, transport, 'Test', ['Hello', 'How are you?']);
      await ann.shows(waits);
      const bob = openChapterFour(url, transport, 'Test', ['Hi', 'Bye']);
      await Promise.all([ann.ended, bob.ended]);
      expect(ann.log.slice(5)).toEqual([
        'Got response from other peer: Hi',
        'Got "Bye" from other peer!',
        'Sending "Ack" to server',
        'Going to disconnect...',
      ]);
      expect(bob.log.slice(1)).toEqual([
        'Got message from other peer: Hello',
        'Got response from other peer: How are you?',
        'Sending "Bye" to server...',
        'Going to disconnect...',
      ]);
      // The Ack is on its way; the channel is as new once it has come.
      await untilFree(url, 'Test');
    }
  });

  it('[R5] a third one is told that the channel is full', async () => {
    const { url } = await startParley();
    const ann = openChapterFour(url, transport, 'Test', ['Hello', 'Bye']);
    await ann.shows(waits);
    const dan = await connectClient(url);
    await dan.ask('create or join', 'Test');
    await ann.shows('You are the initiator!');
    const cy = openChapterFour(url, transport, 'Test', []);
    await cy.shows('Channel Test is too crowded!');
    dan.say('response', { channel: 'Test', message: 'over' });
    await ann.ended;
    expect(cy.log).toEqual(['Channel Test is too crowded!']);
  });
});

describe.each(transports)("the book's chapter 5, over %s", (transport) => {
  it('[R4] [R7] the call starts when the initiator has its camera last', async () => {
    const { url } = await startParley();
    const ann = openChapterFive(url, transport, 'Test', 'ann');
    await ann.entered;
    const bob = openChapterFive(url, transport, 'Test', 'bob');
    await bob.entered;
    bob.allowMedia();
    ann.allowMedia();
    expect(await bob.connected).toEqual(offersAnn);
    expect(await ann.connected).toEqual(answersBob);
    expect(ann.log).toEqual(['created Test', 'join Test']);
    expect(bob.log).toEqual(['joined Test']);
  });

  it('[R9] the call starts when the initiator has its camera long before anybody is there', async () => {
    const { url } = await startParley();
    const ann = openChapterFive(url, transport, 'Test', 'ann');
    await ann.entered;
    ann.allowMedia();
    const bob = openChapterFive(url, transport, 'Test', 'bob');
    await bob.entered;
    bob.allowMedia();
    expect(await bob.connected).toEqual(offersAnn);
    expect(await ann.connected).toEqual(answersBob);
  });

  it('[R15] the call starts when "got user media" is said in the same breath as the request', async () => {
    const { url } = await startParley();
    const ann = openChapterFive(url, transport, 'Test', 'ann');
    await ann.entered;
    ann.allowMedia();
    const bob = openChapterFive(url, transport, 'Test', 'bob');
    bob.allowMedia();
    expect(await bob.connected).toEqual(offersAnn);
    expect(await ann.connected).toEqual(answersBob);
  });

  it('[R7] hears the bare "bye" of the other, and who comes next is paired with the one who stayed', async () => {
    const { url } = await startParley();
    const ann = openChapterFive(url, transport, 'Test', 'ann');
    await ann.entered;
    const bob = openChapterFive(url, transport, 'Test', 'bob');
    await bob.entered;
    bob.allowMedia();
    ann.allowMedia();
    await Promise.all([ann.connected, bob.connected]);
    ann.leave();
    await bob.hungUp;
    const cy = openChapterFive(url, transport, 'Test', 'cy');
    await cy.entered;
    expect(['joined Test', 'full Test']).toContain(cy.log[0]);
  });
});

describe.each(transports)("Google's codelab, over %s", (transport) => {
  it('[R4] [R7] [R13] ready starts the call on both sides, bye ends it, and the next one calls', async () => {
    const { url } = await startParley();
    const ann = openCodelab(url, transport, 'Test', 'ann');
    await ann.entered;
    const bob = openCodelab(url, transport, 'Test', 'bob');
    expect(await bob.connected).toEqual(offersAnn);
    expect(await ann.connected).toEqual(answersBob);
    const cy = openCodelab(url, transport, 'Test', 'cy');
    await cy.entered;
    expect(cy.log).toEqual(['full Test']);
    ann.leave();
    await bob.hungUp;
    const dan = openCodelab(url, transport, 'Test', 'dan');
    expect(await dan.connected).toEqual(['offer of bob', 'bob 0', 'bob 1']);
    expect(bob.log).toEqual(['joined Test own id', 'ready', 'created Test own id', 'bye Test', 'ready']);
    expect(ann.log).toEqual(['created Test own id', 'ready']);
  });
});

describe.each(transports)('different clients in one call, over %s', (transport) => {
  it('[R4] [R7] chapter 5 calls the codelab', async () => {
    const { url } = await startParley();
    const ann = openChapterFive(url, transport, 'Test', 'ann');
    await ann.entered;
    const bob = openCodelab(url, transport, 'Test', 'bob');
    await Promise.all([ann.paired, bob.paired]);
    ann.allowMedia();
    expect(await ann.connected).toEqual(answersBob);
    expect(await bob.connected).toEqual(offersAnn);
    bob.leave();
  });

  it('[R4] [R7] [R13] the codelab calls chapter 5, and hears it vanish', async () => {
    const { url } = await startParley();
    const bob = openCodelab(url, transport, 'Test', 'bob');
    await bob.entered;
    const ann = openChapterFive(url, transport, 'Test', 'ann');
    ann.allowMedia();
    expect(await bob.connected).toEqual(answersAnn);
    expect(await ann.connected).toEqual(['offer of bob', 'bob 0', 'bob 1']);
    ann.leave();
    await bob.hungUp;
    expect(bob.log).toEqual([
      'created Test own id',
      'ready',
      'message got user media',
      'message bye',
      'bye Test',
    ]);
  });
});

/** Asks until the channel is free, then frees it again. */
async function untilFree(url: string, channel: string): Promise<void> {
  const probe = await connectClient(url);
  let status = '';
  while (status !== 'created')
    ({ status } = (await probe.ask('create or join', channel)) as { status: string });
  probe.say('Bye', channel);
  await probe.ended;
}
