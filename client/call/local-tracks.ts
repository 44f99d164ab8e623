// What this side sends: its tracks, muted or not, the screen in place of the camera. Leaves the connection to the session.
import type { Emitter } from '../channel/emitter.js';
import type { CallEvents } from './call.js';
import { CallFailure, type CallFailureReason } from './call-failure.js';

/** What of a connection carries tracks. */
export interface TrackSender {
  add(track: MediaStreamTrack, stream: MediaStream): void;
  replace(old: MediaStreamTrack, track: MediaStreamTrack): Promise<void>;
  remove(track: MediaStreamTrack): void;
}

export interface LocalTracks {
  readonly stream: MediaStream | null;
  readonly isSharing: boolean;
  /** @param isOwn whether `stop` stops them */
  begin(stream: MediaStream | null, isOwn: boolean): void;
  /** Everything is sent here, from now on. */
  attach(sender: TrackSender): void;
  detach(): void;
  mute(kind: 'audio' | 'video', isMuted: boolean): void;
  add(track: MediaStreamTrack): void;
  replace(old: MediaStreamTrack, track: MediaStreamTrack): Promise<void>;
  remove(track: MediaStreamTrack): void;
  share(): Promise<void>;
  stopSharing(): Promise<void>;
  stop(): void;
}

export function createLocalTracks(emitter: Pick<Emitter<CallEvents>, 'emit'>): LocalTracks {
  /** One stream for all, so that the other side plays them in step. */
  let stream: MediaStream | undefined;
  const muted = { audio: false, video: false };
  let own: MediaStreamTrack[] = [];
  let sender: TrackSender | undefined;
  let screen: MediaStreamTrack | undefined;
  let camera: MediaStreamTrack | undefined;
  let isStopped = false;

  const tracks = (): MediaStreamTrack[] => stream?.getTracks() ?? [];
  const current = (): MediaStream | null => (stream && tracks().length > 0 ? stream : null);
  // A function, because the answer changes while one waits.
  const isSharing = (): boolean => screen !== undefined;
  const tell = (): void => {
    emitter.emit('localStream', current());
  };

  /** What is put in is silenced, never opened: the program may have silenced it itself. */
  function keepMuted(track: MediaStreamTrack): void {
    // The screen is shown on purpose, also by somebody whose camera is off.
    if (track !== screen && muted[track.kind as 'audio' | 'video']) track.enabled = false;
  }

  function put(track: MediaStreamTrack): void {
    keepMuted(track);
    // Not before: outside a browser there are none.
    stream ??= new MediaStream();
    stream.addTrack(track);
    sender?.add(track, stream);
  }

  function add(track: MediaStreamTrack): void {
    put(track);
    tell();
  }

  function remove(track: MediaStreamTrack): void {
    if (track === camera) camera = undefined;
    stream?.removeTrack(track);
    sender?.remove(track);
    tell();
  }

  async function swap(old: MediaStreamTrack, track: MediaStreamTrack): Promise<void> {
    keepMuted(track);
    stream?.removeTrack(old);
    stream?.addTrack(track);
    await sender?.replace(old, track);
    tell();
  }

  async function stopSharing(): Promise<void> {
    const [shown, hidden] = [screen, camera];
    if (!shown) return;
    screen = camera = undefined;
    shown.stop();
    // It may have been unplugged meanwhile.
    if (hidden?.readyState === 'live') await swap(shown, hidden);
    else remove(shown);
  }

  return {
    get stream() {
      return current();
    },
    get isSharing() {
      return isSharing();
    },
    begin(given, isOwn) {
      const begun = given?.getTracks() ?? [];
      if (isOwn) own = begun;
      if (isStopped) for (const track of own) track.stop();
      else for (const track of begun) put(track);
      tell();
    },
    attach(next) {
      sender = next;
      if (stream) for (const track of tracks()) next.add(track, stream);
    },
    detach() {
      sender = undefined;
    },
    mute(kind, isMuted) {
      muted[kind] = isMuted;
      for (const track of [...tracks(), ...(camera ? [camera] : [])]) {
        if (track.kind === kind && track !== screen) track.enabled = !isMuted;
      }
    },
    add,
    remove,
    async replace(old, track) {
      if (old !== camera) return swap(old, track);
      // It is sent when the screen is no longer shown.
      keepMuted(track);
      camera = track;
    },
    async share() {
      if (isSharing()) return;
      const [track] = (await getScreen()).getVideoTracks();
      if (!track) return;
      if (isStopped || isSharing()) {
        track.stop();
        return;
      }
      screen = track;
      // The browser's own "Stop sharing".
      track.addEventListener('ended', () => {
        if (screen === track) void stopSharing();
      });
      camera = tracks().find(({ kind }) => kind === 'video');
      if (camera) await swap(camera, track);
      else add(track);
    },
    stopSharing,
    stop() {
      isStopped = true;
      sender = undefined;
      screen?.stop();
      for (const track of own) track.stop();
    },
  };
}

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
