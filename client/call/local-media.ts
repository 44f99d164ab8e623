// The camera, the microphone and the screen, and in words why one cannot have them.
import { CallFailure, type CallFailureReason } from './call-failure.js';

/** The names of `getUserMedia`'s errors (Media Capture and Streams, section 10.2), and Firefox's own. */
const reasons: Partial<Record<string, CallFailureReason>> = {
  NotAllowedError: 'permission',
  SecurityError: 'permission',
  NotFoundError: 'no-device',
  OverconstrainedError: 'no-device',
  NotReadableError: 'in-use',
  AbortError: 'in-use',
};

/**
 * Asks for the camera and microphone. The caller stops the tracks.
 * @throws {CallFailure} `permission`, `no-device`, `in-use`, `insecure`, `no-media`
 * @example
 * ```ts
 * import { getLocalMedia } from 'parley/client';
 *
 * const stream = await getLocalMedia({ audio: true, video: { width: 640 } });
 * console.log(stream.getTracks().map(({ kind }) => kind).join(' and ')); // prints: audio and video
 * for (const track of stream.getTracks()) track.stop();
 * ```
 */
export function getLocalMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
  return ask((devices) => devices.getUserMedia(constraints));
}

/** Asks for a screen, a window or a tab. @throws {CallFailure} as `getLocalMedia` */
export function getScreen(): Promise<MediaStream> {
  return ask((devices) => devices.getDisplayMedia({ video: true }));
}

async function ask(get: (devices: MediaDevices) => Promise<MediaStream>): Promise<MediaStream> {
  // Typed as always there; it is not, outside https and localhost.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new CallFailure('insecure');
  try {
    return await get(devices);
  } catch (cause) {
    throw new CallFailure(reasons[(cause as Partial<Error> | undefined)?.name ?? ''] ?? 'no-media', {
      cause,
    });
  }
}
