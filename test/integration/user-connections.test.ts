// Connections of the calls that fall silent, never log in, or end with the server.
import { expect, test } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { userRecords } from '../../server/users/user-domain.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';
import { startUserGateway } from '../support/user-gateway.js';
import { connectPair, connectUser, logInUser, startCalls } from '../support/user-client.js';

test('[U4] a name whose holder has fallen silent is free after a probe, and its call ends', async () => {
  const { url } = await startCalls({ heartbeatMs: 0 });
  const [ann, bob] = await connectPair(url);
  // Reads nothing any more, so it answers no ping, as a computer whose network is gone.
  ann?.socket.pause();
  const again = await connectUser(url);
  const ask = async (): Promise<{ success: boolean }> => {
    again.say({ type: 'login', name: 'ann' });
    return (await again.hears()) as { success: boolean };
  };
  let answer = await ask();
  // Heard from in the last second counts as alive: refusals first.
  while (!answer.success) answer = await ask();
  expect(answer).toEqual({ type: 'login', success: true, iceServers: [] });
  expect(await bob?.hears()).toEqual({ type: 'leave', name: 'ann' });
  again.say({ type: 'offer', name: 'bob', offer: 'back again' });
  expect(await bob?.hears()).toEqual({ type: 'offer', offer: 'back again', name: 'ann' });
});

test('[U4] the name of somebody who is quiet but there stays taken', async () => {
  const { url } = await startCalls({ heartbeatMs: 0 });
  const ann = await logInUser(url, 'ann');
  let pings = 0;
  ann.socket.on('ping', () => pings++);
  const newcomers = await Promise.all(Array.from({ length: 10 }, () => connectUser(url)));
  while (pings === 0) {
    for (const newcomer of newcomers) newcomer.say({ type: 'login', name: 'ann' });
    for (const newcomer of newcomers) {
      expect(await newcomer.hears()).toMatchObject({ success: false, reason: 'taken' });
    }
  }
  expect(pings).toBe(1);
  expect(await ann.hearsAll()).toEqual([]);
});

test('[U16] a pair that is pinged talks on; one that falls silent is found within two heartbeats', async () => {
  const { url } = await startCalls({ heartbeatMs: 500 });
  const [ann, bob] = await connectPair(url);
  let pings = 0;
  ann?.socket.on('ping', () => pings++);
  await expect.poll(() => pings).toBeGreaterThan(2);
  expect(ann?.socket.readyState).toBe(1);
  ann?.socket.pause();
  expect(await bob?.hears()).toEqual({ type: 'leave', name: 'ann' });
});

test('[U17] who does not log in hears idle after 10 minutes and is cut, and no one with a name', async () => {
  const clock = createHeldClock();
  const records = createMemoryRecordStore(userRecords, clock.now);
  const url = await startUserGateway(records, { scheduler: schedulerOn(clock) });
  const [ann, bob] = await connectPair(url);
  const stranger = await connectUser(url);
  clock.advanceNow(10 * 60_000);
  expect(await stranger.hears()).toMatchObject({ type: 'error', code: 'idle' });
  expect(await stranger.closed).toBe(1008);
  ann?.say({ type: 'candidate', name: 'bob', candidate: 1 });
  expect(await bob?.hears()).toMatchObject({ candidate: 1 });
});

test('[U13] a server that closes says so to everybody, and blames nobody for leaving', async () => {
  const { url, close } = await startCalls();
  const [ann, bob] = await connectPair(url);
  const stranger = await connectUser(url);
  await close();
  for (const client of [ann, bob, stranger]) {
    expect(await client?.closed).toBe(1001);
    await expect(client?.hears()).rejects.toThrow('closed without another word');
  }
});

test('[U13] a server closes although somebody does not answer', async () => {
  const { url, close } = await startCalls();
  const ann = await logInUser(url, 'ann');
  ann.socket.pause();
  await close();
  await expect(connectUser(url)).rejects.toThrow();
});

test('[U18] who says far more than can wait hears too-many and is cut; the others talk on', async () => {
  const { url } = await startCalls();
  const [ann, bob] = await connectPair(url);
  const cy = await logInUser(url, 'cy');
  for (let times = 0; times < 30_000; times++) cy.say({ type: 'leave', name: 'x' });
  expect(await cy.closed).toBe(1008);
  await expect
    .poll(async () => ((await cy.hears()) as { code: string }).code, { interval: 0 })
    .toBe('too-many');
  ann?.say({ type: 'candidate', name: 'bob', candidate: 1 });
  expect(await bob?.hears()).toMatchObject({ candidate: 1 });
});
