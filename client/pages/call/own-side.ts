// This side in a call: microphone, camera, screen, each on or off. What was not there at the beginning is asked for when
// somebody turns it on. Leaves buttons to call-controls.
import { CallFailure, getLocalMedia, type Call } from '../../index.js';

export interface OwnState {
  isMuted: boolean;
  isCameraOff: boolean;
  isSharing: boolean;
}

export type OwnChoice = Partial<Pick<OwnState, 'isMuted' | 'isCameraOff'>>;

export interface OwnSide {
  readonly state: OwnState;
  toggle(what: 'microphone' | 'camera' | 'screen'): void;
  /** Stops what it has started. */
  end(): void;
}

export interface OwnSideParts {
  call: Pick<
    Call,
    | 'localStream'
    | 'isSharingScreen'
    | 'on'
    | 'muteAudio'
    | 'muteVideo'
    | 'addTrack'
    | 'removeTrack'
    | 'shareScreen'
    | 'stopSharing'
  >;
  /** Hears each change; with a sentence when something did not work. */
  tell: (state: OwnState, problem: string) => void;
  /** Hears what the person has turned on or off. */
  chosen: (choice: OwnChoice) => void;
}

export function createOwnSide({ call, tell, chosen }: OwnSideParts): OwnSide {
  const asked: MediaStreamTrack[] = [];
  const watched = new WeakSet<MediaStreamTrack>();
  /** What the browser is being asked about: one sound, and one picture, which is the camera's or the screen's. */
  const busy = new Set<'sound' | 'picture'>();
  let isOver = false;

  const tracks = (kind: 'audio' | 'video'): MediaStreamTrack[] =>
    (call.localStream?.getTracks() ?? []).filter((track) => track.kind === kind);

  function read(): OwnState {
    const isSharing = call.isSharingScreen;
    return {
      isMuted: !tracks('audio').some(({ enabled }) => enabled),
      isCameraOff: isSharing || !tracks('video').some(({ enabled }) => enabled),
      isSharing,
    };
  }

  function told(problem = ''): void {
    if (!isOver) tell(read(), problem);
  }

  function watch(): void {
    for (const track of [...tracks('audio'), ...tracks('video')]) {
      if (watched.has(track)) continue;
      watched.add(track);
      track.addEventListener('ended', () => {
        lose(track);
      });
      // It may have been unplugged before anybody looked.
      if (track.readyState === 'ended') lose(track);
    }
  }

  function lose(track: MediaStreamTrack): void {
    // Not when the browser's own button has ended the sharing of a screen: the call has seen to that.
    if (!call.localStream?.getTracks().includes(track)) return;
    call.removeTrack(track);
    told(`Your ${track.kind === 'audio' ? 'microphone' : 'camera'} has stopped.`);
  }

  async function ask(kind: 'audio' | 'video'): Promise<void> {
    const stream = await getLocalMedia({ audio: kind === 'audio', video: kind === 'video' });
    for (const track of stream.getTracks()) {
      asked.push(track);
      if (isOver) track.stop();
      else call.addTrack(track);
    }
  }

  async function toggle(kind: 'audio' | 'video'): Promise<void> {
    const mute = kind === 'audio' ? call.muteAudio : call.muteVideo;
    const present = tracks(kind);
    const isOff = present.some(({ enabled }) => enabled);
    if (present.length === 0) await ask(kind);
    mute(isOff);
    chosen(kind === 'audio' ? { isMuted: isOff } : { isCameraOff: isOff });
  }

  async function doToggle(what: 'microphone' | 'camera' | 'screen'): Promise<void> {
    switch (what) {
      case 'microphone':
        return toggle('audio');
      case 'camera':
        // The screen is in the camera's place.
        return call.isSharingScreen ? undefined : toggle('video');
      case 'screen':
        return call.isSharingScreen ? call.stopSharing() : call.shareScreen();
    }
  }

  const stop = call.on('localStream', () => {
    watch();
    told();
  });
  watch();

  return {
    get state() {
      return read();
    },
    toggle(what) {
      const kind = what === 'microphone' ? 'sound' : 'picture';
      // A second click while the browser asks means the same one.
      if (busy.has(kind) || isOver) return;
      busy.add(kind);
      void doToggle(what)
        .then(
          () => told(),
          (failure: unknown) => told(sentenceOf(failure, what)),
        )
        .finally(() => {
          busy.delete(kind);
        });
    },
    end() {
      isOver = true;
      stop();
      for (const track of asked) track.stop();
    },
  };
}

function sentenceOf(failure: unknown, what: string): string {
  if (!(failure instanceof CallFailure)) throw failure;
  // Whoever has just closed the browser's choice of screens knows it.
  return what === 'screen' && failure.reason === 'permission' ? '' : failure.message;
}
