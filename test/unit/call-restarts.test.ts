// When a call seeks a new path: after which news of the network, after which losses, and only once where both have noticed.
import { describe, expect, it, vi } from 'vitest';
import {
  annsId,
  begin,
  beginConnected,
  bobsAnswer,
  bobsOffer,
  settle,
  standInForBrowser,
  type FakeNetwork,
} from '../support/call-scene.js';
import { createFakeChannel } from '../support/fake-channel.js';
import { FakeConnection } from '../support/fake-connection.js';

const restarts = (): number => FakeConnection.newest().restarts;

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await settle();
}

async function beginAsJoiner() {
  const channel = createFakeChannel('joiner');
  channel.peerIs('here', 'b');
  const scene = begin({}, channel);
  scene.hear(bobsOffer());
  await settle();
  return scene;
}

describe('a network', () => {
  /** Browsers tell one change by several events. */
  async function change(network: FakeNetwork, type?: string): Promise<void> {
    if (type !== undefined) network.type = type;
    for (let times = 0; times < 2; times += 1) network.dispatchEvent(new Event('change'));
    await pass(300);
  }

  it('that is back is a reason for a new path, until the call is over', async () => {
    const { window } = standInForBrowser();
    const scene = await beginConnected();
    for (let times = 0; times < 2; times += 1) window.dispatchEvent(new Event('online'));
    await pass(300);
    expect(restarts()).toBe(1);
    await scene.call.hangUp();
    window.dispatchEvent(new Event('online'));
    await pass(300);
    expect(restarts()).toBe(1);
  });

  it('of another type is a reason for a new path, until the call is over', async () => {
    const { network } = standInForBrowser();
    network.type = 'wifi';
    const scene = await beginConnected();
    await change(network, 'cellular');
    expect(restarts()).toBe(1);
    scene.hear(bobsAnswer(annsId(scene)));
    await pass(5000);
    await change(network, 'wifi');
    expect(restarts()).toBe(2);
    await scene.call.hangUp();
    await change(network, 'cellular');
    expect(restarts()).toBe(2);
  });

  it.each([undefined, 'wifi'])('that is only faster or slower is none: type %s', async (type) => {
    const { network } = standInForBrowser();
    if (type !== undefined) network.type = type;
    await beginConnected();
    for (let times = 0; times < 10; times += 1) await change(network);
    expect(restarts()).toBe(0);
  });
});

describe('a new path', () => {
  it('is asked for by the one who came second', async () => {
    const { window } = standInForBrowser();
    const scene = await beginAsJoiner();
    window.dispatchEvent(new Event('online'));
    vi.advanceTimersByTime(300);
    expect(scene.said.at(-1)).toEqual({ from: annsId(scene), to: 'bob 1', restart: true });
    expect(restarts()).toBe(0);
  });

  it('is sought by the one who came first, when the other asks for it', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    scene.hear({ from: 'bob 1', to: annsId(scene), restart: true });
    expect(restarts()).toBe(1);
    await settle();
    expect(scene.said.at(-2)).toMatchObject({ to: 'bob 1', description: { type: 'offer' } });
  });

  it('is sought once where both have noticed one loss', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    await pass(20_000);
    const ask = { from: 'bob 1', to: annsId(scene), restart: true };
    FakeConnection.newest().become('disconnected');
    await pass(3000);
    expect(restarts()).toBe(1);
    scene.hear(ask);
    await settle();
    expect(restarts()).toBe(1);
    scene.hear(bobsAnswer(annsId(scene)));
    await pass(500);
    scene.hear(ask);
    FakeConnection.newest().become('connected');
    await pass(60_000);
    expect(restarts()).toBe(1);
  });

  it('is sought 3 s after the one before, for one who asks earlier and has no other news', async () => {
    const { window } = standInForBrowser();
    const scene = await beginConnected();
    window.dispatchEvent(new Event('online'));
    await pass(300);
    scene.hear(bobsAnswer(annsId(scene)));
    await pass(1000);
    for (let times = 0; times < 2; times += 1) {
      scene.hear({ from: 'bob 1', to: annsId(scene), restart: true });
      await pass(999);
    }
    expect(restarts()).toBe(1);
    await pass(2);
    expect(restarts()).toBe(2);
  });

  it('is not sought again for one who asks soon after and has not answered the offer yet', async () => {
    const { window } = standInForBrowser();
    const scene = await beginConnected();
    window.dispatchEvent(new Event('online'));
    await pass(300);
    await pass(2000);
    scene.hear({ from: 'bob 1', to: annsId(scene), restart: true });
    expect(restarts()).toBe(1);
  });
});

describe('one who is away', () => {
  it.each(['this side', 'the other'])(
    'for hours finds one wish for a new path when it is back, and not a heap: %s',
    async (who) => {
      standInForBrowser();
      const scene = await beginAsJoiner();
      const wishes = (): number => scene.said.filter((signal) => signal['restart']).length;
      FakeConnection.newest().become('connected');
      if (who === 'this side') scene.stateIs('reconnecting');
      else scene.peerIs('away');
      FakeConnection.newest().become('failed');
      await pass(7_200_000);
      expect(wishes()).toBe(1);
      scene.stateIs('open');
      scene.peerIs('here');
      await settle();
      expect(wishes()).toBe(1);
      await pass(10_000);
      expect(wishes()).toBeGreaterThan(1);
    },
  );
});
