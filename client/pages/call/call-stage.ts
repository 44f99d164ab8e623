// The two pictures of a call. While nobody else is to be seen, one's own fills the place.
import { createIcon } from './icon.js';
import { element } from '../element.js';

export interface CallStage {
  readonly root: HTMLElement;
  readonly remoteVideo: HTMLVideoElement;
  /** @param isMirrored as in a mirror: right for a camera, wrong for a screen */
  showLocal(stream: MediaStream | null, isMirrored: boolean): void;
  showRemote(stream: MediaStream | null): void;
  /** Whether there is a picture of the other side. */
  remoteIsSeen(isSeen: boolean): void;
}

export function createCallStage(): CallStage {
  const remoteVideo = createVideo('remoteVideo', 'The other person');
  const localVideo = createVideo('localVideo', 'Your own picture');
  localVideo.muted = true;
  const hear = element(
    'button',
    { id: 'hear', type: 'button', class: 'main', hidden: true },
    'Click to hear',
  );
  const nobody = element('div', { class: 'nobody' }, createIcon('person'));
  const root = element('div', { class: 'stage alone' }, remoteVideo, nobody, localVideo, hear);

  hear.addEventListener('click', () => {
    hear.hidden = true;
    remoteVideo.muted = false;
    void play(remoteVideo);
  });

  async function playRemote(): Promise<void> {
    remoteVideo.muted = false;
    hear.hidden = true;
    if (await play(remoteVideo)) return;
    // Browsers keep pages silent until somebody has clicked; a picture without sound they allow.
    remoteVideo.muted = true;
    hear.hidden = false;
    await play(remoteVideo);
  }

  return {
    root,
    remoteVideo,
    showLocal(stream, isMirrored) {
      const hasPicture = stream !== null && stream.getVideoTracks().length > 0;
      setStream(localVideo, hasPicture ? stream : null);
      localVideo.hidden = !hasPicture;
      localVideo.classList.toggle('mirrored', isMirrored);
      if (hasPicture) void play(localVideo);
    },
    showRemote(stream) {
      root.classList.toggle('alone', stream === null);
      if (remoteVideo.srcObject === stream && !hear.hidden) return;
      setStream(remoteVideo, stream);
      if (stream) void playRemote();
      else hear.hidden = true;
    },
    remoteIsSeen(isSeen) {
      root.classList.toggle('unseen', !isSeen);
    },
  };
}

function createVideo(id: string, label: string): HTMLVideoElement {
  return element('video', { id, 'aria-label': label, autoplay: true, playsinline: true });
}

/** A frozen last frame would look as if somebody were still there. */
function setStream(video: HTMLVideoElement, stream: MediaStream | null): void {
  if (video.srcObject !== stream) video.srcObject = stream;
}

/** False: the browser forbids it. */
async function play(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return true;
  } catch (error) {
    // Anything else is about a stream that has been replaced meanwhile.
    return !(error instanceof DOMException && error.name === 'NotAllowedError');
  }
}
