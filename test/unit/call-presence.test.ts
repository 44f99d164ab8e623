// Who is on the other side while a call goes on: gone, away, back, somebody else, or the same one with another call.
import { describe, expect, it } from 'vitest';
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
import { createTrack } from '../support/fake-media.js';

const stateOf = ({ connectionState }: FakeConnection) => connectionState;

describe('the other one is gone', () => {
  it('and the call goes on while there is a path', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    scene.peerIs('away');
    scene.peerIs('gone');
    scene.peerIs('here');
    expect(scene.states.at(-1)).toBe('connected');
    expect(FakeConnection.all.map(stateOf)).toEqual(['connected']);
  });

  it.each<['gone' | 'lost', string[]]>([
    ['gone', ['waiting']],
    ['lost', ['reconnecting', 'waiting']],
  ])('and without a path the call waits for somebody: first %s', async (first, states) => {
    standInForBrowser();
    const scene = await beginConnected();
    const connection = FakeConnection.newest();
    connection.receive(createTrack('video'));
    const streams: unknown[] = [];
    scene.call.on('remoteStream', (stream) => streams.push(stream));
    if (first === 'gone') scene.peerIs('gone');
    connection.become('disconnected');
    if (first === 'lost') scene.peerIs('gone');
    expect(scene.states).toEqual(['waiting', 'connecting', 'connected', ...states]);
    expect(stateOf(connection)).toBe('closed');
    expect([streams, scene.call.remoteStream, scene.call.route]).toEqual([[null], null, undefined]);
    scene.peerIs('here');
    expect(scene.call.state).toBe('connecting');
    expect(FakeConnection.all.map(stateOf)).toEqual(['closed', 'new']);
  });

  it('and before the first path the call waits at once', async () => {
    standInForBrowser();
    const scene = await beginWithBob();
    scene.peerIs('gone');
    expect(scene.states).toEqual(['waiting', 'connecting', 'waiting']);
    expect(FakeConnection.all.map(stateOf)).toEqual(['closed']);
  });

  it('and what it was sent fails, and what comes later waits for the next', async () => {
    standInForBrowser();
    const scene = await beginWithBob();
    const sending = scene.call.sendText('for bob');
    scene.peerIs('gone');
    await expect(sending).rejects.toMatchObject({ reason: 'peer-gone' });
    void scene.call.sendText('for whoever comes');
    scene.peerIs('here');
    FakeConnection.newest().texts[0]?.open();
    expect(FakeConnection.newest().texts[0]?.sent).toEqual(['for whoever comes']);
  });
});

describe('the other one is away', () => {
  it('and its path is sought on the same connection', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    scene.peerIs('away');
    FakeConnection.newest().become('disconnected');
    FakeConnection.newest().become('failed');
    scene.peerIs('here');
    FakeConnection.newest().become('connecting');
    FakeConnection.newest().become('connected');
    expect(scene.states).toEqual(['waiting', 'connecting', 'connected', 'reconnecting', 'connected']);
    expect(FakeConnection.all).toHaveLength(1);
  });

  it('and is called once it is back', async () => {
    standInForBrowser();
    const channel = createFakeChannel();
    channel.peerIs('away', 'b');
    const scene = begin({}, channel);
    await settle();
    expect(scene.states).toEqual(['waiting']);
    scene.peerIs('here');
    expect(scene.states).toEqual(['waiting', 'connecting']);
  });

  it('and has spoken before: then it is answered', async () => {
    standInForBrowser();
    const channel = createFakeChannel('joiner');
    channel.peerIs('away', 'b');
    channel.hear(bobsOffer());
    const scene = begin({}, channel);
    await settle();
    expect(scene.said.at(-2)).toMatchObject({ to: 'bob 1', description: { type: 'answer' } });
  });
});

describe('somebody else is there', () => {
  it('and gets a connection of their own, with everything that this side sends', async () => {
    standInForBrowser();
    const track = createTrack('video');
    const scene = await beginConnected({ media: new MediaStream([track]) });
    scene.peerIs('here', 'c');
    expect(scene.states.slice(3)).toEqual(['connecting']);
    expect(FakeConnection.all.map(stateOf)).toEqual(['closed', 'new']);
    expect(FakeConnection.newest().senders.map((sender) => sender.track)).toEqual([track]);
  });

  it('and nothing that was for the connection before changes this one', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    const idBefore = annsId(scene);
    scene.peerIs('here', 'c');
    await settle();
    const { said } = scene;
    const count = said.length;
    scene.hear({ from: 'bob 1', to: idBefore, candidate: { candidate: 'late' } });
    scene.hear(bobsOffer('bob 1', idBefore));
    scene.hear({ from: 'bob 1', to: idBefore, hangUp: true });
    await settle();
    scene.hear(bobsAnswer(annsId(scene), 'cy 1'));
    await settle();
    expect(FakeConnection.newest().remoteDescription?.sdp).toBe('the answer of cy 1');
    expect(FakeConnection.newest().added).toEqual([]);
    expect(scene.call.state).toBe('connecting');
    expect(said.slice(count).filter(({ from }) => from === idBefore)).toEqual([]);
  });
});

describe('the other one has begun another call', () => {
  it.each([
    ['offers', bobsOffer('bob 2'), 'answer'],
    ['waits for an offer', { from: 'bob 2', hello: true }, 'offer'],
  ] as const)('and %s: it gets a new connection', async (_what, signal, type) => {
    standInForBrowser();
    const scene = await beginConnected();
    scene.hear(signal);
    await settle();
    expect(FakeConnection.all.map(stateOf)).toEqual(['closed', 'new']);
    expect(scene.said.find(({ to, description }) => to === 'bob 2' && description)).toMatchObject({
      description: { type },
    });
    expect(scene.states.slice(3)).toEqual(['connecting']);
  });

  it('and is told by the one who came second which connection answers it', async () => {
    standInForBrowser();
    const channel = createFakeChannel('joiner');
    channel.peerIs('here', 'b');
    const scene = begin({}, channel);
    scene.hear(bobsOffer('bob 1'));
    await settle();
    scene.hear(bobsOffer('bob 2'));
    expect(scene.said.at(-1)).toEqual({ from: annsId(scene), to: 'bob 2', hello: true });
  });

  it('and knows of a connection here that has heard another one: both begin anew', async () => {
    standInForBrowser();
    const scene = await beginWithBob();
    scene.hear({ from: 'bob 1', hello: true });
    scene.hear(bobsAnswer(annsId(scene), 'bob 2'));
    await settle();
    expect(FakeConnection.all.map(stateOf)).toEqual(['closed', 'new']);
    expect(FakeConnection.newest().remoteDescription).toBeNull();
    expect(scene.said.at(-2)).toEqual({
      from: annsId(scene),
      description: expect.objectContaining({ type: 'offer' }) as unknown,
    });
  });
});

it('the one who came second says that there is a connection, and leaves the first offer to the other', async () => {
  standInForBrowser();
  const channel = createFakeChannel('joiner');
  channel.peerIs('here', 'b');
  const scene = begin({}, channel);
  await settle();
  expect(scene.said).toEqual([{ from: annsId(scene), hello: true }]);
});
