// Talking: the camera, the call, and the screen on which it is seen. Leaves who talks with whom to phone-line.
import { CallFailure, getLocalMedia, startCall, type Call, type SignalingChannel } from '../../index.js';
import type { TraceEvent } from '../../index.js';
import { createCallScreen } from '../call/call-screen.js';
import type { CallEnd, PhoneEvent, Way } from './phone-states.js';

export interface PhoneTalk {
  ask(id: number, way: Way): void;
  letMediaGo(): void;
  start(id: number, channel: SignalingChannel, other: string): void;
  /** Resolves when the other has been told, or will not be. */
  hangUp(): Promise<void>;
}

export interface PhoneTalkParts {
  host: HTMLElement;
  hear: (event: PhoneEvent) => void;
  onTrace: (event: TraceEvent) => void;
}

export function createPhoneTalk({ host, hear, onTrace }: PhoneTalkParts): PhoneTalk {
  const screen = createCallScreen(host, { onHangUp: () => hear({ kind: 'hang up' }) });
  /** The one that is wanted now; what comes for another is stopped at once. */
  let asked: number | undefined;
  let stream: MediaStream | null = null;
  let call: Call | undefined;

  async function askFor(id: number, way: Way): Promise<void> {
    letMediaGo();
    asked = id;
    try {
      const found = way === 'watch' ? null : await getLocalMedia({ audio: true, video: way === 'camera' });
      if (asked !== id) {
        stop(found);
        return;
      }
      stream = found;
      if (way === 'camera') screen.preview(found);
      hear({ kind: 'media ready', id });
    } catch (failure) {
      if (!(failure instanceof CallFailure)) throw failure;
      if (asked === id) hear({ kind: 'media failed', id, sentence: failure.message });
    }
  }

  function letMediaGo(): void {
    asked = undefined;
    stop(stream);
    stream = null;
    // Of a call, the picture goes with the call.
    if (!call) screen.clear();
  }

  return {
    ask(id, way) {
      // Later, so that what happens now is done before what comes of it.
      void Promise.resolve().then(() => askFor(id, way));
    },
    letMediaGo,
    start(id, channel, other) {
      const mine = startCall(channel, { media: stream ?? false });
      call = mine;
      mine.on('trace', onTrace);
      screen.show(mine, channel, other);
      void mine.over.then((failure) => {
        const how: CallEnd = failure ? 'failed' : mine.endedBy === 'other' ? 'other' : 'me';
        hear({ kind: 'call over', id, how, ...(failure && { sentence: failure.message }) });
      });
    },
    async hangUp() {
      const mine = call;
      call = undefined;
      screen.clear();
      await mine?.hangUp();
    },
  };
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
