// Guessing secrets: wrong ones are answered later and later, right ones never. [R29]
import { expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { connectClient } from '../support/room-client.js';
import { enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'room-42';

it('[R29] the 101st wrong secret is answered 1 s later; the right one, and whoever guesses nothing, meanwhile', async () => {
  const { url } = await startParley();
  await takeSeat(url, 'websocket', channel, kept('a1'));
  await takeSeat(url, 'websocket', channel, kept('b1'));
  const cy = await connectClient(url);
  for (let guess = 1; guess <= 100; guess++) {
    expect((await enter(cy, channel, kept(`guess ${guess}`))).status).toBe('full');
  }
  const dan = await connectClient(url);
  const answers: string[] = [];
  const askedAt = performance.now();
  const wrong = enter(cy, channel, kept('guess 101')).then(({ status }) => {
    answers.push(status);
    return performance.now() - askedAt;
  });
  answers.push((await enter(dan, channel, kept('b1'))).status);
  expect(await wrong).toBeGreaterThanOrEqual(990);
  expect(answers).toEqual(['resumed', 'full']);
  await cy.hears('full', 101);
  expect(cy.names()).toEqual(Array.from({ length: 101 }, () => 'full'));
  // Somebody who gives no secret guesses nothing; another channel is another matter.
  const eve = await connectClient(url);
  const order: string[] = [];
  const late = enter(cy, channel, kept('guess 102')).then(() => order.push('guess 102'));
  const others = [undefined, undefined, undefined].map(() => enter(eve, channel));
  const elsewhere = enter(eve, 'elsewhere', kept('e1'));
  for (const other of others) expect((await other).status).toBe('full');
  expect((await elsewhere).status).toBe('created');
  order.push('others');
  await late;
  expect(order).toEqual(['others', 'guess 102']);
});
