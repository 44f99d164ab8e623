// The questions to the person, in the words of the book's page.
import type { SignalKind } from '../../../server/protocol/room-events.js';

/** One question; a new object for each time it is asked. */
export interface Ask {
  question: string;
  /** The event that takes the answer; the name of a channel has none. */
  as?: SignalKind;
  /** Text that is already in the field. */
  draft: string;
  /** Waits for the Write button: the person has something to read first, or need not write. */
  waits: boolean;
  /** Nobody knows whose turn it is: one may write, or wait for the other. */
  isOptional: boolean;
}

const fresh = { draft: '', waits: false, isOptional: false } as const;
const keepOn = 'Keep on chatting. Write "Bye" to quit conversation';

export const asks = {
  name: (): Ask => ({ ...fresh, question: 'Enter signaling channel name:' }),
  first: (): Ask => ({ ...fresh, question: 'Insert message to be sent to your peer:', as: 'message' }),
  answer: (): Ask => ({ ...fresh, question: 'Send response to other peer:', as: 'response' }),
  keepOn: (): Ask => ({ ...fresh, question: keepOn, as: 'response' }),
  anytime: (): Ask => ({ ...fresh, question: keepOn, as: 'response', waits: true, isOptional: true }),
} as const;
