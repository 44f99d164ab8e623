// What fails is limited by address: above that a request is refused before anything is looked up, but not the first one of
// a connection. [R29] [U25]
import { expect, it } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { roomRecords } from '../../server/rooms/room-domain.js';
import { createFailureLimiter } from '../../server/transport/failure-limiter.js';
import { userRecords } from '../../server/users/user-domain.js';
import { createHeldClock } from '../support/held-clock.js';
import { connectClient } from '../support/room-client.js';
import { startRoomServer } from '../support/room-server.js';
import { enter, kept, takeSeat } from '../support/seated-client.js';
import { connectUser, logIn, nameTaken } from '../support/user-client.js';
import { startUserGateway } from '../support/user-gateway.js';

const channel = 'room-42';

it('[R29] 4,000 guesses are answered, and no more until a second later; the right token is, at any time', async () => {
  const clock = createHeldClock();
  const failures = createFailureLimiter(clock.now);
  const { url } = await startRoomServer(createMemoryRecordStore(roomRecords), { failures });
  await takeSeat(url, 'websocket', channel, kept('a1'));
  await takeSeat(url, 'websocket', channel, kept('b1'));
  const cy = await connectClient(url);
  const guess = async (times: number): Promise<string[]> => {
    const answers = Array.from({ length: times }, (_, one) => enter(cy, channel, kept(`guess ${one}`)));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  for (let guesses = 0; guesses < 4000; guesses += 100) {
    expect(new Set(await guess(100))).toEqual(new Set(['full']));
  }
  const refused = { code: 'try-later', retryInMs: 1000 };
  expect(await enter(cy, channel, kept('guess'))).toMatchObject({
    status: 'refused',
    peer: null,
    ...refused,
  });
  expect(cy.heard.at(-1)).toMatchObject(['refused', { event: 'create or join', ...refused }]);
  // The first request of another connection of that address is decided.
  const [dan, eve] = [await connectClient(url), await connectClient(url)];
  expect((await enter(dan, channel, kept('b1'))).status).toBe('resumed');
  expect((await enter(eve, channel)).status).toBe('full');
  expect((await enter(eve, 'elsewhere')).code).toBe('try-later');
  // What was refused for this reason was not counted.
  clock.advanceNow(1000);
  expect((await enter(eve, 'elsewhere')).status).toBe('created');
  const answers = [...(await guess(999)), ...(await guess(2))];
  expect(answers.filter((status) => status === 'full')).toHaveLength(1000);
});

it('[U25] so are logins', async () => {
  const clock = createHeldClock();
  const failures = createFailureLimiter(clock.now);
  const url = await startUserGateway(createMemoryRecordStore(userRecords), { failures });
  const ann = await connectUser(url);
  expect(await logIn(ann, { name: 'ann', ...kept('a1') })).toMatchObject({ success: true });
  const cy = await connectUser(url);
  for (let guesses = 0; guesses < 4000; guesses += 100) {
    for (let one = 0; one < 100; one++) cy.say({ type: 'login', name: 'ann', ...kept(`guess ${one}`) });
    for (let one = 0; one < 100; one++) expect(await cy.hears()).toEqual(nameTaken('ann'));
  }
  const later = { success: false, reason: 'try-later', retryInMs: 1000 };
  expect(await logIn(cy, { name: 'cy' })).toMatchObject(later);
  expect(await logIn(await connectUser(url), { name: 'ann', ...kept('a1') })).toMatchObject({
    resumed: true,
  });
  clock.advanceNow(1000);
  expect(await logIn(cy, { name: 'cy' })).toMatchObject({ success: true });
});
