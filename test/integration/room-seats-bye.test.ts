// A Bye while somebody is away or coming back, over both transports. [R24]
import { describe, expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { transports } from '../support/room-client.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'room-42';

describe.each(transports)('over %s', (transport) => {
  const sit = (url: string, ...options: Parameters<typeof kept>) =>
    takeSeat(url, transport, channel, kept(...options));
  const ended = { status: 'refused', code: 'ended', peer: null };

  it('[R24] Bye while the other is away frees the channel at once, and the other hears that it has ended', async () => {
    const { url } = await startParley();
    const { client: ann } = await sit(url, 'a1', { next: 'a2' });
    const { client: bob } = await sit(url, 'b1', { next: 'b2' });
    await ann.hears('ready');
    drop(bob);
    await ann.hears('peer away');
    ann.say('Bye', channel);
    expect(await ann.ended).toBe('io server disconnect');
    for (const secret of ['b1', 'b2', 'a1', 'a2']) {
      const { client, answer } = await sit(url, secret);
      expect(answer).toMatchObject(ended);
      expect(await client.hears('refused')).toMatchObject([{ event: 'create or join', code: 'ended' }]);
    }
    expect((await sit(url, 'c1')).answer.status).toBe('created');
    expect((await sit(url, 'b1')).answer).toMatchObject(ended);
  });

  it('[R24] who remains, loses its connection and comes back hears that it has ended', async () => {
    const { url } = await startParley({ ackTimeoutMs: 0 });
    const { client: ann } = await sit(url, 'a1');
    const { client: bob } = await sit(url, 'b1');
    await ann.hears('ready');
    ann.say('Bye', channel);
    await bob.hears('Bye');
    const { client: bobAgain, answer } = await sit(url, 'b1');
    expect(answer).toMatchObject(ended);
    expect(await bob.ended).toBe('io server disconnect');
    expect(await enter(bobAgain, channel, kept('b2'))).toMatchObject({ status: 'created' });
  });

  it('[R24] after Bye and Ack both secrets are ended, for GRACE_MS', async () => {
    const graceMs = 3000;
    const { url } = await startParley({ graceMs });
    const { client: ann } = await sit(url, 'a1');
    const { client: bob } = await sit(url, 'b1');
    await ann.hears('ready');
    const saidAt = performance.now();
    bob.say('Bye', channel);
    await ann.hears('Bye');
    ann.say('Ack');
    await ann.ended;
    const { client, answer } = await sit(url, 'a1');
    expect(answer).toMatchObject(ended);
    expect((await sit(url, 'b1')).answer).toMatchObject(ended);
    let last = answer;
    while (last.code === 'ended') last = await enter(client, channel, kept('a1'));
    expect(last.status).toBe('created');
    expect(performance.now() - saidAt).toBeGreaterThan(graceMs - 10);
  });

  it('[R24] the other channels of somebody with the same secret are its own', async () => {
    const { url } = await startParley();
    const { client: ann } = await sit(url, 'a1');
    ann.say('Bye', channel);
    await ann.ended;
    expect((await takeSeat(url, transport, 'elsewhere', kept('a1'))).answer.status).toBe('created');
  });
});
