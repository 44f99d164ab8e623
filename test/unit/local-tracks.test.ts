// What this side sends: its tracks, muted or not, and the screen in place of the camera.
import { describe, expect, it } from 'vitest';
import type { CallEvents } from '../../client/call/call.js';
import { createLocalTracks, type LocalTracks, type TrackSender } from '../../client/call/local-tracks.js';
import { createEmitter } from '../../client/channel/emitter.js';
import { settle, standInForBrowser, type Camera } from '../support/call-scene.js';
import { createTrack, endByPerson } from '../support/fake-media.js';

interface Scene {
  local: LocalTracks;
  sent: MediaStreamTrack[];
  sender: TrackSender;
  screen: Camera;
  /** How many tracks each new stream had. */
  told: number[];
}

function open(): Scene {
  const { screen } = standInForBrowser();
  const emitter = createEmitter<CallEvents>();
  const told: number[] = [];
  emitter.on('localStream', (stream) => told.push(stream?.getTracks().length ?? 0));
  const sent: MediaStreamTrack[] = [];
  const exchange = (old: MediaStreamTrack, ...tracks: MediaStreamTrack[]): void => {
    if (sent.includes(old)) sent.splice(sent.indexOf(old), 1, ...tracks);
  };
  const sender: TrackSender = {
    add: (track) => void sent.push(track),
    replace: (old, track) => Promise.resolve(exchange(old, track)),
    remove: exchange,
  };
  return { local: createLocalTracks(emitter), sent, sender, screen, told };
}

/** A microphone and a camera are sent. */
function openWithCamera() {
  const scene = open();
  const [microphone, camera] = [createTrack('audio'), createTrack('video', 'camera')];
  scene.local.begin(new MediaStream([microphone, camera]), true);
  scene.local.attach(scene.sender);
  return { ...scene, microphone, camera };
}

async function share({ local, screen }: Pick<Scene, 'local' | 'screen'>): Promise<MediaStreamTrack> {
  const shown = createTrack('video', 'screen');
  const sharing = local.share();
  screen.allow(shown);
  await sharing;
  return shown;
}

it('a camera that was unplugged behind the screen does not come back with its end', async () => {
  const scene = openWithCamera();
  await share(scene);
  endByPerson(scene.camera);
  await scene.local.stopSharing();
  expect([scene.sent, scene.local.stream?.getTracks()]).toEqual([[scene.microphone], [scene.microphone]]);
});

describe('tracks', () => {
  it('are sent to each connection in turn', () => {
    const { local, sent, sender, microphone, camera } = openWithCamera();
    local.detach();
    local.attach(sender);
    expect(sent).toEqual([microphone, camera, microphone, camera]);
  });

  it('come and go in the middle', async () => {
    const { local, sent, microphone, camera, told } = openWithCamera();
    const [more, other] = [createTrack('video', 'more'), createTrack('audio', 'other')];
    local.add(more);
    await local.replace(microphone, other);
    local.remove(camera);
    expect(sent).toEqual([other, more]);
    expect(local.stream?.getTracks()).toEqual([more, other]);
    expect(told).toEqual([2, 3, 3, 2]);
  });

  it('may be none at all', () => {
    const { local, sent, sender, told } = open();
    local.begin(null, false);
    local.attach(sender);
    expect([local.stream, sent, told]).toEqual([null, [], [0]]);
  });

  it('that are given are kept at the end, and those that were asked for are stopped', () => {
    const { local } = open();
    const given = createTrack('audio');
    local.begin(new MediaStream([given]), false);
    local.stop();
    const { local: other, camera } = openWithCamera();
    other.stop();
    expect([given.readyState, camera.readyState]).toEqual(['live', 'ended']);
  });

  it('that come after the end are stopped, and not sent', () => {
    const { local, sent } = open();
    local.stop();
    const late = createTrack('video');
    local.begin(new MediaStream([late]), true);
    expect([late.readyState, local.stream, sent]).toEqual(['ended', null, []]);
  });
});

describe('mute', () => {
  it('is for one kind, and for what comes later as well', async () => {
    const { local, microphone, camera } = openWithCamera();
    local.mute('audio', true);
    const other = createTrack('audio');
    await local.replace(microphone, other);
    expect([microphone, camera, other].map(({ enabled }) => enabled)).toEqual([false, true, false]);
    local.mute('audio', false);
    expect(other.enabled).toBe(true);
  });

  it('of the camera leaves the screen to be seen, and holds when the camera is back', async () => {
    const scene = openWithCamera();
    const { local, camera } = scene;
    const shown = await share(scene);
    local.mute('video', true);
    expect([shown.enabled, camera.enabled]).toEqual([true, false]);
    await local.stopSharing();
    expect([local.stream?.getVideoTracks(), camera.enabled]).toEqual([[camera], false]);
  });

  it('leaves silent what the program has silenced, and opens it only when somebody says so', async () => {
    const { local } = open();
    const [microphone, camera, more] = [createTrack('audio'), createTrack('video'), createTrack('audio')];
    const [other, behind] = [createTrack('audio'), createTrack('video')];
    const all = [microphone, camera, more, other, behind];
    for (const track of all) track.enabled = false;
    local.begin(new MediaStream([microphone, camera]), false);
    local.add(more);
    await local.replace(more, other);
    await local.replace(camera, behind);
    local.mute('video', true);
    expect(all.map(({ enabled }) => enabled)).toEqual([false, false, false, false, false]);
    local.mute('audio', false);
    expect(all.map(({ enabled }) => enabled)).toEqual([true, false, false, true, false]);
  });

  it('leaves a camera silent that the program has silenced while the screen was shown', async () => {
    const scene = openWithCamera();
    const { local, camera } = scene;
    await share(scene);
    const other = createTrack('video', 'other camera');
    other.enabled = false;
    await local.replace(camera, other);
    await local.stopSharing();
    expect([local.stream?.getVideoTracks(), other.enabled]).toEqual([[other], false]);
  });

  it('may come before everything else', () => {
    const { local } = open();
    const camera = createTrack('video');
    local.mute('video', true);
    local.begin(new MediaStream([camera]), true);
    expect(camera.enabled).toBe(false);
  });
});

describe('the screen', () => {
  it('takes the place of the camera, which comes back', async () => {
    const scene = openWithCamera();
    const { local, sent, microphone, camera } = scene;
    const shown = await share(scene);
    expect([sent, local.isSharing]).toEqual([[microphone, shown], true]);
    await local.stopSharing();
    expect([sent, local.isSharing, shown.readyState]).toEqual([[microphone, camera], false, 'ended']);
  });

  it('is sent where there is no camera, and taken out again', async () => {
    const scene = open();
    scene.local.begin(null, false);
    scene.local.attach(scene.sender);
    const shown = await share(scene);
    expect(scene.sent).toEqual([shown]);
    await scene.local.stopSharing();
    expect([scene.sent, scene.local.stream]).toEqual([[], null]);
  });

  it('is taken away by the button of the browser', async () => {
    const scene = openWithCamera();
    endByPerson(await share(scene));
    await settle();
    expect(scene.sent).toEqual([scene.microphone, scene.camera]);
    expect(scene.local.isSharing).toBe(false);
  });

  it('that is asked for twice is shown once', async () => {
    const scene = openWithCamera();
    const { local, sent, microphone, camera, screen } = scene;
    const both = [local.share(), local.share()];
    const [first, second] = [createTrack('video', 'first'), createTrack('video', 'second')];
    screen.allow(first);
    screen.allow(second);
    await Promise.all(both);
    expect(sent).toEqual([microphone, first]);
    expect(second.readyState).toBe('ended');
    await local.stopSharing();
    expect(sent).toEqual([microphone, camera]);
  });

  it('that comes after the end is not shown', async () => {
    const scene = openWithCamera();
    const sharing = scene.local.share();
    scene.local.stop();
    const shown = createTrack('video');
    scene.screen.allow(shown);
    await sharing;
    expect([shown.readyState, scene.local.isSharing]).toEqual(['ended', false]);
  });

  it('that the person does not give changes nothing', async () => {
    const { local, sent, screen, microphone, camera } = openWithCamera();
    const sharing = local.share();
    screen.refuse('NotAllowedError');
    await expect(sharing).rejects.toMatchObject({ reason: 'permission' });
    expect([sent, local.isSharing]).toEqual([[microphone, camera], false]);
  });

  it('stays while the camera behind it is replaced by another', async () => {
    const scene = openWithCamera();
    const { local, sent, microphone, camera } = scene;
    const shown = await share(scene);
    const other = createTrack('video', 'other camera');
    await local.replace(camera, other);
    expect([sent, local.stream?.getTracks()]).toEqual([
      [microphone, shown],
      [microphone, shown],
    ]);
    await local.stopSharing();
    expect(sent).toEqual([microphone, other]);
  });

  it('leaves nothing behind when the camera was removed meanwhile', async () => {
    const scene = openWithCamera();
    const { local, sent, microphone, camera } = scene;
    await share(scene);
    local.remove(camera);
    await local.stopSharing();
    expect([sent, local.stream?.getTracks()]).toEqual([[microphone], [microphone]]);
  });

  it('stops when the call is over', async () => {
    const scene = openWithCamera();
    const shown = await share(scene);
    scene.local.stop();
    expect(shown.readyState).toBe('ended');
  });
});
