// What a tab remembers over a reload: the channel it was in, and what it sent. Another tab knows nothing of it.
import { firstChoice, type MediaChoice } from './media-choice.js';

export interface CallMemory {
  /** The channel in which this tab is; empty: none. */
  channel: string;
  choice: MediaChoice;
}

const key = 'parley call page';

export function recall(): CallMemory {
  try {
    return readMemory(JSON.parse(sessionStorage.getItem(key) ?? '{}'));
  } catch {
    // Forbidden, or not ours: begin anew.
    return readMemory({});
  }
}

export function remember(memory: CallMemory): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(memory));
  } catch {
    // Forbidden or full: after a reload, one presses Join again.
  }
}

/** Whatever stands there, from this version or another. */
export function readMemory(kept: unknown): CallMemory {
  const { channel, choice } = fieldsOf(kept);
  const chosen = fieldsOf(choice);
  return {
    channel: textOf(channel),
    choice: {
      camera: textOf(chosen['camera']),
      microphone: textOf(chosen['microphone']),
      withCamera: chosen['withCamera'] !== false && firstChoice.withCamera,
      isMuted: chosen['isMuted'] === true,
    },
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
