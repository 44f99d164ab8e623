// Notices that nothing arrives any more on a path that calls itself connected. Browsers take 8 s for that, and some never
// find out: after an ICE restart, Chromium and Firefox now and then hold on to two different paths.
import type { Clock } from '../signaling/clock.js';

export interface SilenceParts {
  clock: Clock;
  /** Whether the other side can be asked for a new path right now. */
  isOtherHere: () => boolean;
  /** Again and again, while it lasts. */
  onSilence: () => void;
  /** It is over: something has arrived, or nothing is sent any more. */
  onHeard: () => void;
}

export interface SilenceWatch {
  readonly isSilent: boolean;
  stop(): void;
}

const lookMs = 500;

/**
 * More than a hiccup of a network. Whoever sends pictures or sound sends all the time, also when it is muted. Chromium
 * gives up on the last picture after 3 s without one, and then needs over a second more for the next (measured).
 */
const silentMs = 2500;

/** A new path takes its time to be found; the next try would end this one. */
const againMs = 4000;

export function watchSilence(
  connection: RTCPeerConnection,
  { clock, isOtherHere, onSilence, onHeard }: SilenceParts,
): SilenceWatch {
  let received: number | undefined;
  let heardAt = clock.now();
  let isSilent = false;
  let patienceMs = silentMs;
  let isOver = false;
  let callOff = clock.after(lookMs, begin);

  function begin(): void {
    void look().finally(() => {
      if (!isOver) callOff = clock.after(lookMs, begin);
    });
  }

  async function look(): Promise<void> {
    if (connection.connectionState !== 'connected') {
      heardAt = clock.now();
      return;
    }
    const before = received;
    received = receivedBytes(await connection.getStats(), before);
    if (isOver) return;
    if (received === undefined || received > (before ?? -1) || !isSentTo(connection)) {
      heardAt = clock.now();
      if (isSilent) hear();
    } else if (!isOtherHere()) {
      heardAt = clock.now();
    } else if (clock.now() - heardAt >= patienceMs) {
      heardAt = clock.now();
      isSilent = true;
      patienceMs = againMs;
      onSilence();
    }
  }

  function hear(): void {
    isSilent = false;
    patienceMs = silentMs;
    onHeard();
  }

  return {
    get isSilent() {
      return isSilent;
    },
    stop() {
      isOver = true;
      callOff();
    },
  };
}

/** Whether the two have agreed that the other side sends something. */
function isSentTo(connection: RTCPeerConnection): boolean {
  return connection.getTransceivers().some(({ currentDirection }) => currentDirection?.includes('recv'));
}

/** On all paths together. Undefined where the browser does not count; Firefox forgets paths that it has lost. */
function receivedBytes(report: ReadonlyMap<string, unknown>, before: number | undefined): number | undefined {
  let total = before === undefined ? undefined : 0;
  for (const entry of report.values()) {
    const { type, bytesReceived } = entry as { type: string; bytesReceived?: number };
    if (type === 'candidate-pair' && bytesReceived !== undefined) total = (total ?? 0) + bytesReceived;
  }
  return total;
}
