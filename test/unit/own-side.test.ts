// The three controls of a call: what the browser asks about one does not hold up another, and what is lost is said.
import { expect, it, vi } from 'vitest';
import { createOwnSide, type OwnState } from '../../client/pages/call/own-side.js';
import { settle, standInForBrowser } from '../support/call-scene.js';
import { createTrack, endByPerson } from '../support/fake-media.js';

/** A call that sends these tracks. */
function setScene(...tracks: MediaStreamTrack[]) {
  const { camera, screen } = standInForBrowser();
  const stream = new MediaStream(tracks);
  const told: [state: OwnState, problem: string][] = [];
  const call = {
    localStream: stream,
    isSharingScreen: false,
    on: () => () => {},
    muteAudio: vi.fn(),
    muteVideo: vi.fn(),
    addTrack: (track: MediaStreamTrack) => {
      stream.addTrack(track);
    },
    removeTrack: (track: MediaStreamTrack) => {
      stream.removeTrack(track);
    },
    shareScreen: vi.fn(() => new Promise<void>(() => {})),
    stopSharing: () => Promise.resolve(),
  };
  const side = createOwnSide({
    call,
    tell: (state, problem) => told.push([state, problem]),
    chosen: () => {},
  });
  return { call, camera, screen, side, told };
}

it('the microphone is muted while the browser asks for a camera or a screen', async () => {
  const { call, camera, side } = setScene(createTrack('audio'));
  side.toggle('camera');
  side.toggle('microphone');
  await settle();
  expect([camera.asked.length, call.muteAudio.mock.calls]).toEqual([1, [[true]]]);
  side.toggle('screen');
  expect(call.shareScreen).not.toHaveBeenCalled();
});

it('a microphone that is lost while the screen is shared is said to have stopped, and counts as off', () => {
  const microphone = createTrack('audio');
  const { call, side, told } = setScene(microphone, createTrack('video', 'screen'));
  call.isSharingScreen = true;
  endByPerson(microphone);
  expect(told).toEqual([
    [{ isMuted: true, isCameraOff: true, isSharing: true }, 'Your microphone has stopped.'],
  ]);
  expect(side.state.isMuted).toBe(true);
});

it('a camera that was unplugged before the call began is said to have stopped', () => {
  const camera = createTrack('video');
  camera.stop();
  const { call, told } = setScene(createTrack('audio'), camera);
  expect(told.map(([, problem]) => problem)).toEqual(['Your camera has stopped.']);
  expect(call.localStream.getTracks()).toHaveLength(1);
});
