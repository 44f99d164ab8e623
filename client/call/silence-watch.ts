// Notices that nothing arrives any more on a path that calls itself connected. Browsers take 8 s for that, and some never
// find out: after an ICE restart, Chromium and Firefox now and then hold on to two different paths.
import type { Clock } from '../transport/clock.js';
import { politeMs } from './recovery-rules.js';

export interface SilenceParts {
  clock: Clock;
  isPolite: boolean;
  /** Whether the other side can be asked for a new path right now. */
  isOtherHere: () => boolean;
  /** What the browser has counted at each look. */
  onReport: (report: ReadonlyMap<string, unknown>) => void;
  /** Again and again, while it lasts, and less and less often. */
  onSilence: () => void;
  /** It is over: something has arrived, or nothing is sent any more. */
  onSilenceEnd: () => void;
}

export interface SilenceWatch {
  readonly isSilent: boolean;
  stop(): void;
}

const lookMs = 250;

/**
 * More than a hiccup of a network. A side that sends video or audio sends all the time, also when it is muted. Chromium
 * asks for a whole picture after 3 s without one, and every 3 s from then on (measured): a new path that is there before
 * has pictures at once. The last sign of life came up to one look before it was seen.
 */
const silentMs = 2250;

/** A new path takes its time to be found; the next try would end this one. Doubles at each try. */
const firstAgainMs = 4000;
const lastAgainMs = 16_000;

export function watchSilence(
  connection: RTCPeerConnection,
  { clock, isPolite, isOtherHere, onReport, onSilence, onSilenceEnd }: SilenceParts,
): SilenceWatch {
  const beginMs = isPolite ? silentMs + politeMs : silentMs;
  let received: number | undefined;
  let receivedAt = clock.now();
  let isSilent = false;
  let patienceMs = beginMs;
  let againMs = firstAgainMs;
  let isOver = false;
  let cancel = clock.after(lookMs, begin);

  function begin(): void {
    void look().finally(() => {
      if (!isOver) cancel = clock.after(lookMs, begin);
    });
  }

  async function look(): Promise<void> {
    if (connection.connectionState !== 'connected') {
      receivedAt = clock.now();
      return;
    }
    const before = received;
    const report = await connection.getStats();
    if (!isOver) onReport(report);
    // The handler may have ended the call.
    if (isOver) return;
    received = receivedBytes(report, before);
    if (received === undefined || received > (before ?? -1) || !isSentTo(connection)) {
      receivedAt = clock.now();
      if (isSilent) endSilence();
    } else if (!isOtherHere()) {
      receivedAt = clock.now();
    } else if (clock.now() - receivedAt >= patienceMs) {
      receivedAt = clock.now();
      isSilent = true;
      patienceMs = againMs;
      againMs = Math.min(2 * againMs, lastAgainMs);
      onSilence();
    }
  }

  function endSilence(): void {
    isSilent = false;
    patienceMs = beginMs;
    againMs = firstAgainMs;
    onSilenceEnd();
  }

  return {
    get isSilent() {
      return isSilent;
    },
    stop() {
      isOver = true;
      cancel();
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
