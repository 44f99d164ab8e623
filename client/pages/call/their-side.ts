// What comes from the other side: whether there is anything to see and to hear. A muted microphone sends silence and a
// camera that is off sends black, as the standard has it (Media Capture and Streams, section 4.3.1), so one has to look.
import type { Call } from '../../index.js';

export interface TheirSide {
  readonly isSeen: boolean;
  readonly isHeard: boolean;
  /** Has a look; once a second. */
  look(): Promise<void>;
  end(): void;
}

/** Looks in a row that find nothing: a scene may be black or silent for a moment, and the first picture takes one. */
const enoughLooks = { missing: 2, black: 2, silent: 4 };

/** Of 255: what a coder makes of black. */
const almostBlack = 6;

/** Of 1: what a coder makes of silence, which is the last bit of 16, now and then. */
const almostSilent = 4e-5;

const size = { width: 16, height: 12 };

export function createTheirSide(call: Call, video: HTMLVideoElement): TheirSide {
  const brush = createBrush();
  let receiver: RTCRtpReceiver | undefined;
  let sound: Sound | undefined;
  const looks = { audio: 0, video: 0, black: 0, silent: 0 };
  const stops = [
    call.on('track', ({ track, receiver: its }) => {
      if (track.kind !== 'audio') return;
      receiver = its;
      sound = undefined;
    }),
    call.on('state', (state) => {
      if (state === 'connecting') Object.assign(looks, { audio: 0, video: 0, black: 0, silent: 0 });
    }),
  ];

  const isComing = (kind: 'audio' | 'video'): boolean =>
    (call.remoteStream?.getTracks() ?? []).some(
      (track) => track.kind === kind && track.readyState === 'live' && !track.muted,
    );

  async function lookForSilence(): Promise<void> {
    const now = await soundOf(receiver);
    looks.silent = now && sound && isSilence(sound, now) ? looks.silent + 1 : 0;
    sound = now;
  }

  return {
    get isSeen() {
      return looks.video < enoughLooks.missing && looks.black < enoughLooks.black;
    },
    get isHeard() {
      return looks.audio < enoughLooks.missing && looks.silent < enoughLooks.silent;
    },
    async look() {
      for (const kind of ['audio', 'video'] as const) looks[kind] = isComing(kind) ? 0 : looks[kind] + 1;
      looks.black = isBlack(brush, video) ? looks.black + 1 : 0;
      await lookForSilence();
    },
    end() {
      for (const stop of stops) stop();
    },
  };
}

/** All that has come, as the statistics count it (WebRTC Statistics, section 8.2). */
interface Sound {
  energy: number;
  seconds: number;
}

async function soundOf(receiver: RTCRtpReceiver | undefined): Promise<Sound | undefined> {
  if (!receiver) return undefined;
  for (const entry of (await receiver.getStats()).values() as Iterable<Record<string, unknown>>) {
    const { type, totalAudioEnergy: energy, totalSamplesDuration: seconds } = entry;
    if (type === 'inbound-rtp' && typeof energy === 'number' && typeof seconds === 'number') {
      return { energy, seconds };
    }
  }
  return undefined;
}

function isSilence(before: Sound, now: Sound): boolean {
  const seconds = now.seconds - before.seconds;
  return seconds > 0 && Math.sqrt((now.energy - before.energy) / seconds) < almostSilent;
}

function createBrush(): CanvasRenderingContext2D | null {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  return canvas.getContext('2d', { willReadFrequently: true, alpha: false });
}

function isBlack(brush: CanvasRenderingContext2D | null, video: HTMLVideoElement): boolean {
  if (!brush || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || document.hidden) return false;
  brush.drawImage(video, 0, 0, size.width, size.height);
  const { data } = brush.getImageData(0, 0, size.width, size.height);
  // Each fourth byte is the opacity, which is full.
  return data.every((value, index) => index % 4 === 3 || value <= almostBlack);
}
