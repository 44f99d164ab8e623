// The camera and microphone before a call: asked for as chosen, what is missing told in words, the light out at the end.
// Leaves what to ask for to media-choice, and what is sent to the call.
import { CallFailure, getLocalMedia, type CallFailureReason } from '../../index.js';
import { attemptsFor, isHalfPossible, settle, type Media, type MediaChoice } from './media-choice.js';

export interface OwnMedia {
  readonly now: Media;
  readonly stream: MediaStream | null;
  /** Whatever was there is stopped first: many cameras serve one at a time. */
  ask(choice: MediaChoice): void;
  /** What there is, once the person has answered the browser. */
  settled(): Promise<MediaStream | null>;
  release(): void;
}

/** @param tell hears each change; @param lost a device was unplugged, or a permission taken back */
export function createOwnMedia(tell: () => void, lost: () => void): OwnMedia {
  let now: Media = { is: 'asking' };
  let stream: MediaStream | null = null;
  let asking: Promise<MediaStream | null> = Promise.resolve(null);
  let turn = 0;

  function stop(given: MediaStream | null): void {
    for (const track of given?.getTracks() ?? []) track.stop();
  }

  function watch(given: MediaStream, mine: number): void {
    for (const track of given.getTracks()) {
      // Not after `stop`: the event is for endings that a program did not bring about.
      track.addEventListener('ended', () => {
        if (turn === mine) lost();
      });
    }
  }

  async function ask(choice: MediaChoice, mine: number): Promise<MediaStream | null> {
    const { got, reason } = await attempt(choice);
    if (turn !== mine) {
      stop(got);
      return asking;
    }
    const hasCamera = (got?.getVideoTracks().length ?? 0) > 0;
    const hasMicrophone = (got?.getAudioTracks().length ?? 0) > 0;
    stream = got;
    now = settle(choice, { hasCamera, hasMicrophone }, reason);
    if (got) watch(got, mine);
    tell();
    return got;
  }

  return {
    get now() {
      return now;
    },
    get stream() {
      return stream;
    },
    ask(choice) {
      turn += 1;
      stop(stream);
      stream = null;
      now = { is: 'asking' };
      asking = ask(choice, turn);
      tell();
    },
    settled: () => asking,
    release() {
      turn += 1;
      stop(stream);
      stream = null;
      asking = Promise.resolve(null);
    },
  };
}

/** @returns the reason of the first failure, which is about all that was asked for */
async function attempt(
  choice: MediaChoice,
): Promise<{ got: MediaStream | null; reason?: CallFailureReason }> {
  if (typeof RTCPeerConnection === 'undefined') return { got: null, reason: 'unsupported' };
  let first: CallFailureReason | undefined;
  for (const constraints of attemptsFor(choice)) {
    try {
      const got = await getLocalMedia(constraints);
      return first === undefined ? { got } : { got, reason: first };
    } catch (failure) {
      if (!(failure instanceof CallFailure)) throw failure;
      first ??= failure.reason;
      if (!isHalfPossible(failure.reason) && !(await isOnlyCameraBlocked())) break;
    }
  }
  return first === undefined ? { got: null } : { got: null, reason: first };
}

/** Then the browser says no to both, without a question; the microphone alone it may give. */
async function isOnlyCameraBlocked(): Promise<boolean> {
  try {
    const [camera, microphone] = await Promise.all([
      navigator.permissions.query({ name: 'camera' }),
      navigator.permissions.query({ name: 'microphone' }),
    ]);
    return camera.state === 'denied' && microphone.state !== 'denied';
  } catch {
    // Not every browser tells.
    return false;
  }
}
