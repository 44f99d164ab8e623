// Somebody who calls a hundred users at once with the largest offers there are: what of it lies in Redis, and that others
// call as before.
import { expect, test } from 'vitest';
import { userKeys } from '../../server/choose-backing.js';
import { connectPair, logInUser, type UserClient } from '../support/user-client.js';
import { startUserNodes } from '../support/user-nodes.js';

const maxBytes = 4 * 1024 * 1024;
const calls = 100;
const offer = 'x'.repeat(65_536);

const sumOfLengths = `
local sum = 0
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do sum = sum + redis.call('STRLEN', key) end
return sum`;

test('[U7] offers that ring have at most 4 MiB for one address; others call, and calls go on', async () => {
  const { redis, urlOf } = await startUserNodes(1);
  const url = urlOf(0);
  const elsewhere = { localAddress: '127.0.0.2' };
  const [talking, other] = await connectPair(url);
  const callers: UserClient[] = [];
  for (let number = 0; number < calls; number++) {
    await logInUser(url, `callee ${number}`);
    callers.push(await logInUser(url, `caller ${number}`));
  }

  const refused: unknown[] = [];
  for (const [number, caller] of callers.entries()) {
    caller.say({ type: 'offer', name: `callee ${number}`, offer });
    refused.push(...(await caller.hearsAll()));
  }
  const fits = Math.floor(maxBytes / (offer.length + 2));
  expect(refused).toHaveLength(calls - fits);
  for (const refusal of refused) expect(refusal).toMatchObject({ type: 'error', code: 'unavailable' });
  const stored = Number(await redis.cli('eval', sumOfLengths, '0', `${userKeys.prefix}*`));
  expect(stored).toBeGreaterThan(fits * offer.length);
  expect(stored).toBeLessThan(maxBytes + 2 * calls * 1000);

  talking?.say({ type: 'offer', name: 'bob', offer });
  expect(await other?.hears()).toEqual({ type: 'offer', name: 'ann', offer });
  const cy = await logInUser(url, 'cy', elsewhere);
  const dan = await logInUser(url, 'dan', elsewhere);
  cy.say({ type: 'offer', name: 'dan', offer });
  expect(await dan.hears()).toEqual({ type: 'offer', name: 'cy', offer });

  const last = callers.at(-1);
  callers[0]?.say({ type: 'leave', name: 'callee 0' });
  expect(await callers[0]?.hearsAll()).toEqual([]);
  last?.say({ type: 'offer', name: `callee ${calls - 1}`, offer });
  expect(await last?.hearsAll()).toEqual([]);
});
