// How a call ends: here, there, with its channel; and what begins after it on the same channel.
import { describe, expect, it, vi } from 'vitest';
import { ChannelFailure, type ChannelFailureReason } from '../../client/transport/channel-failure.js';
import {
  annsId,
  begin,
  beginConnected,
  beginWithBob,
  bobsAnswer,
  bobsOffer,
  settle,
  standInForBrowser,
} from '../support/call-scene.js';
import { createFakeChannel } from '../support/fake-channel.js';
import { FakeConnection } from '../support/fake-connection.js';

describe('hanging up', () => {
  it('tells the other, closes the connection, and leaves the channel as it was', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    const from = annsId(scene);
    await scene.call.hangUp();
    expect(scene.said.at(-1)).toEqual({ from, to: 'bob 1', hangUp: true });
    expect([scene.states.at(-1), scene.call.endedBy, await scene.call.over]).toEqual([
      'ended',
      'me',
      undefined,
    ]);
    expect([FakeConnection.newest().connectionState, scene.listeners]).toEqual(['closed', 0]);
    await expect(scene.call.sendText('bob?')).rejects.toMatchObject({ reason: 'closed' });
  });

  it('tells one who is gone, and may come back to it', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    const from = annsId(scene);
    scene.peerIs('gone');
    FakeConnection.newest().become('failed');
    expect(scene.call.state).toBe('waiting');
    void scene.call.hangUp();
    expect(scene.said.at(-1)).toEqual({ from, hangUp: true });
  });

  it('twice is once', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    const count = scene.said.length;
    await Promise.all([scene.call.hangUp(), scene.call.hangUp()]);
    await scene.call.hangUp();
    expect(scene.said).toHaveLength(count + 1);
    expect(scene.states.filter((state) => state === 'ended')).toHaveLength(1);
  });

  it('takes a second at most, whether the other hears it or not', async () => {
    standInForBrowser();
    const channel = createFakeChannel();
    Object.assign(channel.channel, { sendSignal: () => new Promise(() => {}) });
    channel.peerIs('here', 'b');
    const { call } = begin({}, channel);
    await settle();
    const hangingUp = call.hangUp();
    expect(call.state).toBe('ended');
    vi.advanceTimersByTime(1000);
    await expect(hangingUp).resolves.toBeUndefined();
  });

  it.each(['waiting', 'connecting', 'connected'])(
    'from a listener that hears %s ends everything',
    async (when) => {
      standInForBrowser();
      const channel = createFakeChannel('joiner');
      channel.peerIs('here', 'b');
      const scene = begin({}, channel);
      scene.call.on('state', (state) => {
        if (state === when) void scene.call.hangUp();
      });
      await settle();
      for (const connection of FakeConnection.all) {
        if (connection.connectionState !== 'closed') connection.become('connected');
      }
      await settle();
      expect(scene.states.at(-1)).toBe('ended');
      expect(FakeConnection.all.filter(({ connectionState }) => connectionState !== 'closed')).toEqual([]);
      expect(scene.listeners).toBe(0);
    },
  );

  it('from a listener that hears the other’s pictures go ends everything', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    FakeConnection.newest().receive(new EventTarget() as MediaStreamTrack);
    scene.call.on('remoteStream', () => void scene.call.hangUp());
    scene.peerIs('here', 'c');
    await settle();
    expect(scene.states.at(-1)).toBe('ended');
    expect(FakeConnection.all.map(({ connectionState }) => connectionState)).toEqual(['closed']);
  });
});

describe('a hang-up of the other', () => {
  it('ends the call, and is not answered', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    const count = scene.said.length;
    scene.hear({ from: 'bob 1', to: annsId(scene), hangUp: true });
    expect([scene.states.at(-1), scene.call.endedBy]).toEqual(['ended', 'other']);
    await scene.call.hangUp();
    expect(scene.said).toHaveLength(count);
    expect([FakeConnection.newest().connectionState, scene.listeners]).toEqual(['closed', 0]);
  });

  it('ends the call also when the other had not heard of this one', async () => {
    standInForBrowser();
    const scene = await beginWithBob();
    scene.hear(bobsOffer());
    scene.hear({ from: 'bob 1', hangUp: true });
    expect([scene.call.state, scene.call.endedBy]).toEqual(['ended', 'other']);
  });

  it('that comes late, from one who was gone meanwhile, ends the call', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    const to = annsId(scene);
    FakeConnection.newest().become('disconnected');
    scene.peerIs('gone');
    scene.peerIs('here');
    expect(scene.call.state).toBe('connecting');
    scene.hear({ from: 'bob 1', to, hangUp: true });
    expect([scene.call.state, scene.call.endedBy]).toEqual(['ended', 'other']);
  });

  it.each([
    ['of a call before this one', { from: 'bob 0', hangUp: true }],
    ['for another connection', { from: 'bob 1', to: 'ann 0', hangUp: true }],
  ])('%s is none', async (_which, signal) => {
    standInForBrowser();
    const scene = await beginWithBob();
    scene.hear(signal);
    scene.hear(bobsAnswer(annsId(scene)));
    await settle();
    scene.hear({ from: 'bob 1', to: 'ann 0', hangUp: true });
    expect(scene.call.state).toBe('connecting');
  });

  it('who had called before anybody was there to hear it, is no hang-up of this call', async () => {
    standInForBrowser();
    const channel = createFakeChannel('joiner');
    channel.peerIs('here', 'b');
    channel.hear(bobsOffer('bob 1'));
    channel.hear({ from: 'bob 1', hangUp: true });
    channel.hear(bobsOffer('bob 2'));
    const scene = begin({}, channel);
    await settle();
    expect(scene.call.state).toBe('connecting');
    expect(FakeConnection.newest().remoteDescription?.sdp).toBe('the offer of bob 2');
  });
});

describe('another call on the same channel', () => {
  it('begins anew, and hears nothing that was for the first', async () => {
    standInForBrowser();
    const first = await beginConnected();
    const firstId = annsId(first);
    void first.call.hangUp();
    first.hear({ from: 'bob 1', to: firstId, candidate: { candidate: 'late' } });
    first.hear({ from: 'bob 1', to: firstId, hangUp: true });
    const second = begin({}, first);
    await settle();
    const { number } = FakeConnection.newest();
    second.hear(bobsAnswer(annsId(second), 'bob 2'));
    await settle();
    FakeConnection.newest().become('connected');
    expect(second.call.state).toBe('connected');
    expect(FakeConnection.newest()).toMatchObject({ number, added: [] });
    expect(first.listeners).toBeGreaterThan(0);
  });

  it('hears what the other’s next call has said meanwhile', async () => {
    standInForBrowser();
    const channel = createFakeChannel('joiner');
    channel.peerIs('here', 'b');
    const first = begin({}, channel);
    await settle();
    first.hear(bobsOffer('bob 1'));
    first.hear({ from: 'bob 1', to: annsId(first), hangUp: true });
    channel.hear(bobsOffer('bob 2'));
    const second = begin({}, channel);
    await settle();
    expect(FakeConnection.newest().remoteDescription?.sdp).toBe('the offer of bob 2');
    expect(second.call.state).toBe('connecting');
  });
});

describe('the channel is closed', () => {
  const byWhom: [ChannelFailureReason, string][] = [
    ['aborted', 'me'],
    ['closed', 'me'],
    ['ended', 'other'],
    ['expelled', 'other'],
    ['taken-over', 'taken-over'],
  ];

  it.each(byWhom)('%s: the call is ended by %s, connected or not', async (reason, by) => {
    standInForBrowser();
    for (const scene of [begin(), await beginConnected()]) {
      scene.over(new ChannelFailure(reason));
      await settle();
      expect([scene.call.state, scene.call.endedBy]).toEqual(['ended', by]);
      expect(scene.listeners).toBe(0);
    }
  });

  const accidents: ChannelFailureReason[] = ['unreachable', 'full', 'refused', 'not-online'];

  it.each(accidents)('%s: the call fails where there is no path', async (reason) => {
    standInForBrowser();
    const failure = new ChannelFailure(reason);
    const reconnecting = await beginConnected();
    FakeConnection.newest().become('disconnected');
    for (const scene of [begin(), await beginWithBob(), reconnecting]) {
      scene.over(failure);
      await settle();
      expect(scene.call.failure).toMatchObject({ reason: 'ended', message: failure.message });
      expect(scene.listeners).toBe(0);
    }
  });

  it.each(accidents)('%s: the call goes on while there is a path, and no longer', async (reason) => {
    standInForBrowser();
    const failure = new ChannelFailure(reason);
    const scene = await beginConnected();
    scene.over(failure);
    await settle();
    expect(scene.call.state).toBe('connected');
    FakeConnection.newest().become('failed');
    await settle();
    expect(scene.states.at(-1)).toBe('failed: ended');
    expect(scene.call.failure?.message).toBe(failure.message);
    expect(FakeConnection.newest().connectionState).toBe('closed');
  });

  it('and a silence of the network heals by itself', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    scene.over(new ChannelFailure('unreachable'));
    await settle();
    FakeConnection.newest().become('disconnected');
    await settle();
    expect(scene.call.state).toBe('reconnecting');
    FakeConnection.newest().become('connected');
    expect(scene.call.state).toBe('connected');
  });
});
