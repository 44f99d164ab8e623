// At debug level the log tells of every refusal: what was refused, by which code, and never what was said.
import { expect, test } from 'vitest';
import { createLogBook, type LogLine } from '../support/log-book.js';
import { startParley } from '../support/parley.js';
import { connectClient } from '../support/room-client.js';
import { connectUser, logInUser, startCalls } from '../support/user-client.js';

function refusalsIn(lines: LogLine[]): unknown[] {
  const refused = lines.filter(({ msg }) => msg === 'refused');
  for (const line of refused) expect(Object.keys(line).sort()).toEqual(expectedFields(line));
  return refused.map(({ event, code }) => [event, code]);
}

function expectedFields(line: LogLine): string[] {
  const always = ['code', 'id', 'level', 'msg', 'time'];
  return 'event' in line ? [...always, 'event'].sort() : always;
}

test('[R5] [R19] the rooms tell of each refusal, and of who finds a channel full', async () => {
  const { logger, lines } = createLogBook();
  const { url } = await startParley({ logger });
  const ann = await connectClient(url);
  ann.say('message', 'secret words');
  ann.say('create or join', 'secret\nname');
  ann.say('dance', 'secret steps');
  await ann.ask('create or join', 'room-42');
  ann.say('Bye', 'another room');
  const bob = await connectClient(url);
  await bob.ask('create or join', 'room-42');
  const cy = await connectClient(url);
  await cy.ask('create or join', 'room-42');
  await cy.hears('full');
  expect(refusalsIn(lines)).toEqual([
    ['message', 'no-seat'],
    ['create or join', 'bad-channel'],
    ['dance', 'unknown-event'],
    ['Bye', 'wrong-channel'],
    ['create or join', 'full'],
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('[U4] [U15] the calls tell of each refusal, and of a login that fails', async () => {
  const { logger, lines } = createLogBook();
  const { url } = await startCalls({ logger });
  const ann = await logInUser(url, 'ann');
  const bob = await connectUser(url);
  bob.say({ type: 'offer', name: 'ann', offer: 'secret v=0' });
  bob.say('secret text');
  bob.say({ type: 'login', name: ' ' });
  bob.say({ type: 'login', name: 'ann' });
  for (let frame = 0; frame < 4; frame++) await bob.hears();
  ann.say({ type: 'login', name: 'bob' });
  ann.say({ type: 'answer', name: 'bob', answer: 'secret v=1' });
  ann.say({ type: 'candidate', name: 'bob', candidate: 'secret way' });
  ann.say({ type: 'offer', name: 'ann', offer: 'secret v=2' });
  for (let frame = 0; frame < 4; frame++) await ann.hears();
  expect(refusalsIn(lines)).toEqual([
    ['offer', 'not-logged-in'],
    [undefined, 'invalid-json'],
    ['login', 'bad-name'],
    ['login', 'taken'],
    ['login', 'already-logged-in'],
    ['answer', 'not-in-call'],
    ['candidate', 'not-in-call'],
    ['offer', 'self-call'],
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});
