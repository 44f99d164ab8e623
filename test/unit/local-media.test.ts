// Why there is no camera, in the words of the library.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CallFailure } from '../../client/call/call-failure.js';
import { getLocalMedia, getScreen } from '../../client/call/local-tracks.js';
import { createTrack, FakeStream } from '../support/fake-media.js';

function withDevices(mediaDevices: object | undefined): void {
  vi.stubGlobal('navigator', { mediaDevices });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}

function refusing(cause: unknown): object {
  const refuse = () => Promise.reject(cause instanceof Error ? cause : Object.assign(new Error(), cause));
  return { getUserMedia: refuse, getDisplayMedia: refuse };
}

function named(name: string): Error {
  return Object.assign(new Error('what the browser says'), { name });
}

describe.each([
  ['the camera', () => getLocalMedia({ video: true })],
  ['the screen', getScreen],
])('%s', (_what, ask) => {
  it.each([
    ['permission', 'NotAllowedError'],
    ['permission', 'SecurityError'],
    ['no-device', 'NotFoundError'],
    ['no-device', 'OverconstrainedError'],
    ['in-use', 'NotReadableError'],
    ['in-use', 'AbortError'],
    ['no-media', 'TypeError'],
    ['no-media', ''],
  ])('is not to be had: %s, where the browser says %s', async (reason, name) => {
    const cause = named(name);
    withDevices(refusing(cause));
    const failure: unknown = await ask().catch((caught: unknown) => caught);
    expect(failure).toBeInstanceOf(CallFailure);
    expect(failure).toMatchObject({ reason, cause });
  });

  it('is not to be had where there is no safe address', async () => {
    withDevices(undefined);
    await expect(ask()).rejects.toMatchObject({ name: 'CallFailure', reason: 'insecure' });
  });
});

it('what the browser gives is given on', async () => {
  const stream = new FakeStream([createTrack('video')]);
  const asked: unknown[] = [];
  const give = (constraints: unknown): Promise<FakeStream> => {
    asked.push(constraints);
    return Promise.resolve(stream);
  };
  withDevices({ getUserMedia: give, getDisplayMedia: give });
  expect(await getLocalMedia({ audio: true })).toBe(stream);
  expect(await getScreen()).toBe(stream);
  expect(asked).toEqual([{ audio: true }, { video: true }]);
});
