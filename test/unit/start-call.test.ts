// A call from its start to its first frame: the camera, the connection, what it is given, and in which order it says so.
import { describe, expect, it, vi } from 'vitest';
import { startCall } from '../../client/call/start-call.js';
import {
  annsId,
  begin,
  beginWithBob,
  bobsAnswer,
  bobsOffer,
  settle,
  standInForBrowser,
} from '../support/call-scene.js';
import { createFakeChannel } from '../support/fake-channel.js';
import { FakeConnection } from '../support/fake-connection.js';
import { createTrack } from '../support/fake-media.js';

describe('a call', () => {
  it('waits, connects when the other comes, and is connected when there is a path', async () => {
    standInForBrowser();
    const scene = begin();
    expect(scene.call.state).toBe('starting');
    await settle();
    expect(FakeConnection.all).toEqual([]);
    scene.peerIs('here', 'b');
    await settle();
    scene.hear(bobsAnswer(annsId(scene)));
    await settle();
    expect(scene.states).toEqual(['waiting', 'connecting']);
    FakeConnection.newest().become('connecting');
    FakeConnection.newest().become('connected');
    expect(scene.states).toEqual(['waiting', 'connecting', 'connected']);
  });

  it('offers first where it came first', async () => {
    standInForBrowser();
    const scene = await beginWithBob();
    const { number } = FakeConnection.newest();
    const from = annsId(scene);
    expect(scene.said).toEqual([
      { from, description: { type: 'offer', sdp: `${number} offer 1` } },
      { from, candidate: { candidate: `${number} host 1`, sdpMid: '0' } },
    ]);
  });

  it('answers where it came second, and says to whom', async () => {
    standInForBrowser();
    const channel = createFakeChannel('joiner');
    channel.peerIs('here', 'b');
    const scene = begin({}, channel);
    scene.hear(bobsOffer());
    await settle();
    const { number, remoteDescription } = FakeConnection.newest();
    expect(remoteDescription).toEqual({ type: 'offer', sdp: 'the offer of bob 1' });
    expect(scene.said).toContainEqual({
      from: annsId(scene),
      to: 'bob 1',
      description: { type: 'answer', sdp: `${number} answer 1` },
    });
  });

  it("hears what the other's call has said before this one began", async () => {
    standInForBrowser();
    const channel = createFakeChannel('joiner');
    channel.peerIs('here', 'b');
    channel.hear(bobsOffer());
    channel.hear({ from: 'bob 1', candidate: { candidate: 'host 1', sdpMid: '0' } });
    begin({}, channel);
    await settle();
    expect(FakeConnection.newest().signalingState).toBe('stable');
    expect(FakeConnection.newest().added).toEqual([{ candidate: 'host 1', sdpMid: '0' }]);
  });
});

describe('the camera', () => {
  it('is asked for first, and what it gives is sent to whoever comes', async () => {
    const { camera } = standInForBrowser();
    const scene = begin({ media: { video: true } });
    const streams: (number | undefined)[] = [];
    scene.call.on('localStream', (stream) => streams.push(stream?.getTracks().length));
    await settle();
    expect(camera.asked).toEqual([{ video: true }]);
    expect(scene.states).toEqual([]);
    const track = createTrack('video');
    camera.allow(track);
    await settle();
    scene.peerIs('here', 'b');
    expect(scene.states).toEqual(['waiting', 'connecting']);
    expect(streams).toEqual([1]);
    expect(FakeConnection.newest().senders.map((sender) => sender.track)).toEqual([track]);
  });

  it('is asked for picture and sound, if nobody says otherwise', async () => {
    const { camera } = standInForBrowser();
    startCall(createFakeChannel().channel);
    await settle();
    expect(camera.asked).toEqual([{ audio: true, video: true }]);
  });

  it.each([
    ['NotAllowedError', 'permission'],
    ['NotFoundError', 'no-device'],
    ['NotReadableError', 'in-use'],
    ['SomethingElse', 'no-media'],
  ])('when it cannot be had (%s), the call says why', async (name, reason) => {
    const { camera } = standInForBrowser();
    const scene = begin({ media: { video: true } });
    await settle();
    camera.refuse(name);
    await settle();
    expect(scene.states).toEqual([`failed: ${reason}`]);
    await expect(scene.call.over).resolves.toMatchObject({ reason });
    expect(scene.listeners).toBe(0);
  });

  it('that comes after the hang-up is let go', async () => {
    const { camera } = standInForBrowser();
    const scene = begin({ media: { video: true } });
    await settle();
    void scene.call.hangUp();
    const track = createTrack('video');
    camera.allow(track);
    await settle();
    expect(track.readyState).toBe('ended');
    expect(scene.states).toEqual(['ended']);
    expect(scene.listeners).toBe(0);
  });

  it('is not asked for at all when the call is over before', async () => {
    const { camera } = standInForBrowser();
    const scene = begin({ media: { video: true } });
    void scene.call.hangUp();
    await settle();
    expect(camera.asked).toEqual([]);
    expect(scene.states).toEqual(['ended']);
  });

  it('is let go when the call is over, and a stream of the program is not', async () => {
    const { camera } = standInForBrowser();
    const [own, given] = [createTrack('video'), createTrack('video')];
    const first = begin({ media: { video: true } });
    const second = begin({ media: new MediaStream([given]) });
    await settle();
    camera.allow(own);
    await settle();
    void first.call.hangUp();
    void second.call.hangUp();
    expect([own.readyState, given.readyState]).toEqual(['ended', 'live']);
  });
});

describe('the connection', () => {
  const turn = { urls: ['turn:turn.test'], username: 'ann', credential: 'secret' };
  const stun = { urls: 'stun:stun.test' };

  it('gets the servers of the program beside those of the server', async () => {
    standInForBrowser();
    const channel = createFakeChannel();
    channel.iceServersAre([turn]);
    channel.peerIs('here', 'b');
    begin({ iceServers: [stun] }, channel);
    await settle();
    expect(FakeConnection.newest().configuration).toEqual({
      iceServers: [turn, stun],
      iceTransportPolicy: 'all',
    });
  });

  it('gets new ones when the server gives new ones, beside those of the program', async () => {
    standInForBrowser();
    const scene = await beginWithBob({ iceServers: [stun], relayOnly: false });
    scene.iceServersAre([turn]);
    expect(FakeConnection.newest().configuration).toEqual({
      iceServers: [turn, stun],
      iceTransportPolicy: 'all',
    });
  });

  it('uses relays only, where that is asked for', async () => {
    standInForBrowser();
    await beginWithBob({ iceServers: [turn], relayOnly: true });
    expect(FakeConnection.newest().configuration).toMatchObject({ iceTransportPolicy: 'relay' });
  });
});

it('where no browser makes calls, it fails and says so', async () => {
  standInForBrowser();
  vi.stubGlobal('RTCPeerConnection', undefined);
  vi.stubGlobal('MediaStream', undefined);
  const scene = begin();
  await settle();
  expect(scene.states).toEqual(['failed: unsupported']);
});
