// Why a call does not come about: nobody answers, no path is found, a relay that is not there.
import { describe, expect, it, vi } from 'vitest';
import { ChannelFailure } from '../../client/transport/channel-failure.js';
import { noRoute } from '../../client/call/path-watch.js';
import {
  annsId,
  begin,
  beginConnected,
  beginWithBob,
  bobsAnswer,
  settle,
  standInForBrowser,
} from '../support/call-scene.js';
import { createFakeChannel } from '../support/fake-channel.js';
import { FakeConnection } from '../support/fake-connection.js';

const turn = { urls: ['turn:turn.test'], username: 'ann', credential: 'secret' };

describe('nobody answers', () => {
  it('for 30 s while the other is there: the call fails', async () => {
    standInForBrowser();
    const scene = await beginWithBob();
    vi.advanceTimersByTime(29_999);
    expect(scene.call.state).toBe('connecting');
    vi.advanceTimersByTime(1);
    expect(scene.states.at(-1)).toBe('failed: no-answer');
    expect([FakeConnection.newest().connectionState, scene.listeners]).toEqual(['closed', 0]);
  });

  it('for as long as the program wants to wait', async () => {
    standInForBrowser();
    const scene = await beginWithBob({ answerWithinMs: 500 });
    vi.advanceTimersByTime(500);
    expect(scene.states.at(-1)).toBe('failed: no-answer');
  });

  it.each<[string, (scene: Awaited<ReturnType<typeof beginWithBob>>, isBack: boolean) => void]>([
    ['the other', (scene, isBack) => scene.peerIs(isBack ? 'here' : 'away')],
    ['this side', (scene, isBack) => scene.stateIs(isBack ? 'open' : 'reconnecting')],
  ])('while %s is away: nothing is lost, and the time begins again', async (_who, move) => {
    standInForBrowser();
    const scene = await beginWithBob();
    vi.advanceTimersByTime(20_000);
    move(scene, false);
    vi.advanceTimersByTime(35_000);
    move(scene, true);
    vi.advanceTimersByTime(4999);
    expect(scene.call.state).toBe('connecting');
    vi.advanceTimersByTime(30_000);
    expect(scene.states.at(-1)).toBe('failed: no-answer');
  });

  it('while nobody is there: the call waits for as long as it takes', async () => {
    standInForBrowser();
    const scene = begin();
    await settle();
    vi.advanceTimersByTime(600_000);
    expect(scene.states).toEqual(['waiting']);
  });
});

/** Both have agreed, and there is no path yet. */
async function beginAgreed(options: Parameters<typeof beginWithBob>[0] = {}) {
  const scene = await beginWithBob(options);
  scene.hear(bobsAnswer(annsId(scene)));
  await settle();
  return scene;
}

describe('a call that has failed', () => {
  it('has let go of everything when it says so', async () => {
    standInForBrowser();
    const scene = await beginWithBob({ answerWithinMs: 500 });
    let atTheEnd: unknown;
    scene.call.on('state', () => {
      atTheEnd = [FakeConnection.newest().connectionState, scene.listeners];
    });
    vi.advanceTimersByTime(500);
    expect(atTheEnd).toEqual(['closed', 0]);
  });

  it('stays so, whatever comes later', async () => {
    standInForBrowser();
    const scene = await beginWithBob({ answerWithinMs: 500 });
    vi.advanceTimersByTime(500);
    const before = [...scene.states];
    const failure = await scene.call.over;
    FakeConnection.newest().become('connected');
    await scene.call.hangUp();
    scene.over(new ChannelFailure('full'));
    await settle();
    expect(scene.states).toEqual(before);
    expect([scene.call.state, scene.call.endedBy, scene.call.failure]).toEqual([
      'failed',
      undefined,
      failure,
    ]);
    expect(await scene.call.over).toBe(failure);
  });
});

describe('no path is found', () => {
  it('within 30 s after the answer: the call says that a relay is needed', async () => {
    standInForBrowser();
    const scene = await beginWithBob();
    vi.advanceTimersByTime(20_000);
    scene.hear(bobsAnswer(annsId(scene)));
    await settle();
    vi.advanceTimersByTime(29_999);
    expect(scene.call.state).toBe('connecting');
    vi.advanceTimersByTime(1);
    expect(scene.states.at(-1)).toBe('failed: no-route');
    expect(scene.call.failure?.message).toBe(noRoute({}, {}).message);
    expect([FakeConnection.newest().connectionState, scene.listeners]).toEqual(['closed', 0]);
  });

  it.each<[string, () => void, Parameters<typeof noRoute>[1]]>([
    ['is silent', () => {}, {}],
    [
      'refuses',
      () => FakeConnection.newest().failToFind(401, 'Unauthorized'),
      { hasRelay: false, serverError: 401 },
    ],
    [
      'gives an address, which does not help',
      () => FakeConnection.newest().find({ candidate: 'relay' }, 'relay'),
      { hasRelay: true },
    ],
  ])('and the relay %s', async (_what, happens, path) => {
    standInForBrowser();
    const scene = await beginAgreed({ iceServers: [turn], connectWithinMs: 1000 });
    happens();
    vi.advanceTimersByTime(1000);
    const { message } = noRoute({ iceServers: [turn] }, path);
    expect(scene.call.failure).toMatchObject({ reason: 'no-route', message });
  });

  it('while the other is away: the time begins again when it could be back', async () => {
    standInForBrowser();
    const scene = await beginAgreed({ connectWithinMs: 1000 });
    scene.peerIs('away');
    vi.advanceTimersByTime(1000);
    expect(scene.call.state).toBe('connecting');
    scene.peerIs('here');
    vi.advanceTimersByTime(1000);
    expect(scene.states.at(-1)).toBe('failed: no-route');
  });

  it('says nothing of servers that came later than the silence', async () => {
    standInForBrowser();
    const scene = await beginAgreed();
    scene.iceServersAre([turn]);
    vi.advanceTimersByTime(30_000);
    expect(scene.call.failure?.message).toBe(noRoute({ iceServers: [turn] }, {}).message);
  });

  it('again, once there was one: the call seeks it as long as the other may come back', async () => {
    standInForBrowser();
    const scene = await beginConnected();
    FakeConnection.newest().become('failed');
    vi.advanceTimersByTime(600_000);
    expect(scene.call.state).toBe('reconnecting');
    expect(FakeConnection.newest().restarts).toBeGreaterThan(10);
  });
});

describe('relays only', () => {
  it('without a relay fails as soon as somebody is there, and leaves nothing behind', async () => {
    standInForBrowser();
    const scene = await beginWithBob({ relayOnly: true });
    expect(scene.states).toEqual(['waiting', 'failed: no-route']);
    expect(scene.call.failure?.message).toBe(noRoute({ iceTransportPolicy: 'relay' }, {}).message);
    expect([FakeConnection.all, scene.listeners, vi.getTimerCount()]).toEqual([[], 0, 0]);
  });

  it('fails in the same way when somebody comes later', async () => {
    standInForBrowser();
    const scene = begin({ relayOnly: true });
    await settle();
    scene.peerIs('here', 'b');
    expect([scene.states, scene.listeners]).toEqual([['waiting', 'failed: no-route'], 0]);
  });

  it('is possible with a relay that the server has named', async () => {
    standInForBrowser();
    const channel = createFakeChannel();
    channel.iceServersAre([turn]);
    channel.peerIs('here', 'b');
    const scene = begin({ relayOnly: true }, channel);
    await settle();
    expect(scene.states).toEqual(['waiting', 'connecting']);
  });
});

describe('a server with an address that is none', () => {
  it.each(['before', 'after'])('fails the call when it begins %s somebody is there', async (when) => {
    standInForBrowser();
    const channel = createFakeChannel();
    if (when === 'after') channel.peerIs('here', 'b');
    const scene = begin({ iceServers: [{ urls: 'nonsense' }] }, channel);
    await settle();
    channel.peerIs('here', 'b');
    expect(scene.call.failure).toMatchObject({
      reason: 'no-route',
      message: 'The STUN and TURN servers of this call are not named as they have to be.',
      cause: new SyntaxError('nonsense'),
    });
    expect(scene.listeners).toBe(0);
  });
});

it('on a channel that is closed, a call asks for no camera', async () => {
  const { camera } = standInForBrowser();
  const channel = createFakeChannel();
  channel.over(new ChannelFailure('ended'));
  const { call } = begin({ media: { video: true } }, channel);
  await settle();
  expect([call.state, call.endedBy, camera.asked]).toEqual(['ended', 'other', []]);
});
