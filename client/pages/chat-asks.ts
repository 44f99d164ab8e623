// The questions to the person, in the words of the book's page.
import type { SignalKind } from '../../server/protocol/room-events.js';

/** One question; a new object for each time it is asked. */
export interface Ask {
  question: string;
  /** The event that takes the answer; the name of a channel has none. */
  as?: SignalKind;
  /** Text that is already in the field. */
  draft: string;
  /** Asked again after a refusal: waits for the Write button, so that the reason is read first. */
  waits: boolean;
}

const fresh = { draft: '', waits: false } as const;

export const asks = {
  name: (): Ask => ({ ...fresh, question: 'Enter signaling channel name:' }),
  first: (): Ask => ({ ...fresh, question: 'Insert message to be sent to your peer:', as: 'message' }),
  answer: (): Ask => ({ ...fresh, question: 'Send response to other peer:', as: 'response' }),
  keepOn: (): Ask => ({
    ...fresh,
    question: 'Keep on chatting. Write "Bye" to quit conversation',
    as: 'response',
  }),
} as const;
