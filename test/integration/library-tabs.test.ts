// A person's tab against a real server: duplicated, and gone for good. Two fake tabs, each with its own storage.
import { describe, expect, it, onTestFinished } from 'vitest';
import { realClock } from '../../client/transport/clock.js';
import { openRoomChannel } from '../../client/rooms/room-session.js';
import type { SignalingChannel } from '../../client/channel/signaling-channel.js';
import { socketIoTransport } from '../../client/transport/socket-io-transport.js';
import { createFakePage, createFakeStorage } from '../support/fake-page.js';
import { openClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';

/** What a tab opens; the storage holds one secret at most, whatever it is called there. */
async function openTab(url: string, tab: string, secret?: string) {
  const page = createFakePage();
  const storage = createFakeStorage();
  if (secret !== undefined) storage.setItem(`parley ${tab} red`, secret);
  const channel: SignalingChannel = await openRoomChannel({
    server: tab,
    channel: 'red',
    openTransport: socketIoTransport({ url: new URL(url), channel: 'red', token: undefined, log: false }),
    clock: realClock,
    unreachableAfterMs: 10_000,
    page,
    storage,
  });
  onTestFinished(() => channel.close());
  return { channel, page, secret: () => [...storage.kept.values()][0] ?? '' };
}

describe('a tab', () => {
  it('[R21] that is duplicated: the copy has the seat, the first says so and does not come back', async () => {
    const { url } = await startParley();
    const first = await openTab(url, 'first tab');
    const bob = await openClient(url, 'red');
    await bob.channel.send('to the first');
    const copy = await openTab(url, 'second tab', first.secret());
    const failure = await first.channel.closed;
    expect(failure.reason).toBe('taken-over');
    expect(copy.channel.role).toBe('initiator');
    await bob.until(({ channel }) => channel.peerMe === copy.channel.me);
    const heard: unknown[] = [];
    copy.channel.on('message', (value) => heard.push(value));
    await bob.channel.send('to the copy');
    expect(heard).toEqual(['to the copy']);
    expect(bob.peers.slice(-2)).toEqual(['gone', 'here']);
    expect(bob.states).toEqual([]);
  });

  it('[R26] that goes says so with the secret that counts', async () => {
    const { url } = await startParley();
    const { page, secret } = await openTab(url, 'going tab');
    page.leave();
    expect(page.lastWords).toEqual([
      { url: 'going tab/leave', text: JSON.stringify({ channel: 'red', seat: secret() }) },
    ]);
    const [{ text } = { text: '' }] = page.lastWords;
    const answer = await fetch(`${url}/leave`, { method: 'POST', body: text });
    expect(answer.status).toBe(204);
  });
});
