// At debug level the server tells what the tutorial's console tells, and never what people send to each other.
import { expect, test } from 'vitest';
import { createLogBook } from '../support/log-book.js';
import { connectUser, startCalls } from '../support/user-client.js';

test('the log narrates a call as the console of the tutorial does, without what was said', async () => {
  const { logger, lines } = createLogBook();
  const { url, close } = await startCalls({ logger });
  const ann = await connectUser(url);
  ann.say({ type: 'login', name: 'ann' });
  await ann.hears();
  const bob = await connectUser(url);
  bob.say({ type: 'login', name: 'bob' });
  await bob.hears();
  ann.say({ type: 'offer', name: 'bob', offer: 'secret v=0' });
  await bob.hears();
  bob.say({ type: 'answer', name: 'ann', answer: 'secret v=1' });
  bob.say({ type: 'candidate', name: 'ann', candidate: 'secret way' });
  bob.say({ type: 'leave', name: 'ann' });
  for (let frame = 0; frame < 3; frame++) await ann.hears();
  await ann.close();
  await close();
  expect(lines.map(({ msg }) => msg)).toEqual([
    'user connected',
    'User logged: ann',
    'user connected',
    'User logged: bob',
    'Sending offer to: bob',
    'Sending answer to: ann',
    'Sending candidate to: ann',
    'Disconnecting from ann',
    'user disconnected',
    'user disconnected',
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('[U19] a page of a foreign origin is logged with the setting that would allow it', async () => {
  const { logger, lines } = createLogBook('warn');
  const { url } = await startCalls({ logger });
  await expect(connectUser(url, { origin: 'https://evil.example' })).rejects.toThrow('403');
  expect(lines).toMatchObject([{ origin: 'https://evil.example' }]);
  expect(lines[0]?.msg).toContain('ALLOWED_ORIGINS');
});
