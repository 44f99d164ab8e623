// Somebody on the calls who reads no more: cut with a reason, and back like any other.
import { expect, test } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { userRecords } from '../../server/users/user-domain.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';
import { connectUser, logInUser } from '../support/user-client.js';
import { startUserGateway } from '../support/user-gateway.js';

const login = { type: 'login', name: 'bob', resume: true, seat: 'secret of bob' };
const candidate = { type: 'candidate', name: 'bob', candidate: 'x'.repeat(60_000) };

test('[U24] a reader that stops is cut, hears why when it reads again, and takes its name back', async () => {
  // The second in which it has to read again does not pass.
  const url = await startUserGateway(createMemoryRecordStore(userRecords), {
    scheduler: schedulerOn(createHeldClock()),
  });
  const ann = await logInUser(url, 'ann');
  const bob = await connectUser(url);
  bob.say(login);
  await bob.hears();
  ann.say({ type: 'offer', name: 'bob', offer: 'shall we?' });
  await bob.hears();
  bob.say({ type: 'answer', name: 'ann', answer: 'yes' });
  await ann.hears();

  bob.socket.pause();
  for (let round = 0; round < 20; round++) {
    for (let times = 0; times < 20; times++) ann.say(candidate);
    expect(await ann.hearsAll()).toEqual([]);
  }
  bob.socket.resume();
  expect(await bob.closed).toBe(1013);
  let last: unknown;
  for (let reads = true; reads;) {
    const heard = await bob.hears().catch(() => undefined);
    if (heard === undefined) reads = false;
    else last = heard;
  }
  expect(last).toEqual({ type: 'error', ...userRefusals.tooSlow(1_048_576) });

  const again = await connectUser(url);
  again.say(login);
  expect(await again.hears()).toMatchObject({ resumed: true, call: { name: 'ann', state: 'talking' } });
  ann.say({ type: 'candidate', name: 'bob', candidate: 'welcome back' });
  expect(await again.hears()).toMatchObject({ candidate: 'welcome back' });
});

test('[U24] a stranger who rings without end does not cut a reader that stops: the last offer rings when it reads', async () => {
  const url = await startUserGateway(createMemoryRecordStore(userRecords), {
    scheduler: schedulerOn(createHeldClock()),
  });
  const stranger = await logInUser(url, 'stranger');
  const bob = await connectUser(url);
  bob.say(login);
  await bob.hears();
  const rings = 400;
  const sdp = 'x'.repeat(60_000);

  bob.socket.pause();
  for (let ring = 1; ring <= rings; ring++) {
    stranger.say({ type: 'offer', name: 'bob', offer: { ring, sdp } });
    stranger.say(candidate);
    if (ring % 20 === 0) expect(await stranger.hearsAll()).toEqual([]);
  }
  bob.socket.resume();
  const rung: number[] = [];
  while (rung.at(-1) !== rings) {
    const { offer } = (await bob.hears()) as { offer?: { ring: number } };
    if (offer) rung.push(offer.ring);
  }
  expect(rung).toEqual([...rung].sort((one, other) => one - other));
  expect(rung.length).toBeLessThan(rings);
  stranger.say({ type: 'leave', name: 'bob' });
  expect(await bob.hears()).toEqual({ type: 'leave', name: 'stranger' });
  expect(await bob.hearsAll()).toEqual([]);
});
