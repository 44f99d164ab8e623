// Two soft notes, again and again, while it rings here. Where the browser allows no sound, it is silent.

export interface PhoneBell {
  ring(isRinging: boolean): void;
}

const notesHz = [587.33, 783.99];
const noteSeconds = 0.55;
const everyMs = 2600;

/** Of 1. */
const loudness = 0.12;

export function createPhoneBell(): PhoneBell {
  let context: AudioContext | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  function chime(): void {
    // Without a click or key before it, a browser plays nothing, and complains in its console.
    // Typed as always there; Firefox has it since version 120.
    const activation = navigator.userActivation as UserActivation | undefined;
    if (activation?.hasBeenActive === false) return;
    try {
      context ??= new AudioContext();
      const ready = context;
      void ready.resume().then(
        () => play(ready),
        () => {},
      );
    } catch {
      // No sound card, or too many pages that play: the page shows that it rings, too.
    }
  }

  return {
    ring(isRinging) {
      if (isRinging === (timer !== undefined)) return;
      if (!isRinging) {
        clearInterval(timer);
        timer = undefined;
        void context?.close().catch(() => {});
        context = undefined;
        return;
      }
      chime();
      timer = setInterval(chime, everyMs);
    },
  };
}

function play(context: AudioContext): void {
  if (context.state !== 'running') return;
  for (const [index, hertz] of notesHz.entries()) {
    const start = context.currentTime + (index * noteSeconds) / 2;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loudness, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, start + noteSeconds);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + noteSeconds);
  }
}
