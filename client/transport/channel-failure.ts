// Why a channel or a line did not open, a message did not arrive, or a conversation is over: one of a closed list.

export type ChannelFailureReason =
  | 'aborted'
  | 'bad-name'
  | 'bad-value'
  | 'busy'
  | 'closed'
  | 'declined'
  | 'ended'
  | 'expelled'
  | 'full'
  | 'in-call'
  | 'not-online'
  | 'overflow'
  | 'peer-gone'
  | 'refused'
  | 'taken'
  | 'taken-over'
  | 'too-deep'
  | 'too-large'
  | 'unreachable';

const sentences: Record<ChannelFailureReason, string> = {
  aborted: 'The program called it off.',
  'bad-name': 'This name cannot be used.',
  'bad-value': 'A message is text or JSON: no binary data, nothing that JSON cannot write.',
  busy: 'The other person is in another call.',
  closed: 'This side has closed the conversation.',
  declined: 'The other person did not take the call.',
  ended: 'The other person has ended the conversation.',
  expelled: 'The server has ended the conversation.',
  full: 'There are two people in this channel already.',
  'in-call': 'There is a call already. Close it first.',
  'not-online': 'The other person is not online.',
  overflow: 'Too many messages are waiting to be sent.',
  'peer-gone': 'The other person left before the message arrived.',
  refused: 'The server refused.',
  taken: 'Somebody else has this name.',
  'taken-over': 'The conversation goes on in another window.',
  'too-deep': 'The message is nested too deep.',
  'too-large': 'The message is too large.',
  unreachable: 'The server cannot be reached.',
};

export interface FailureDetails {
  /** The sentence for a person, when the server gave a better one. */
  message?: string | undefined;
  /** The server's own code, when it refused. PROTOCOL.md lists them. */
  code?: string | undefined;
  /** The limit that was passed, in the unit that the sentence names. */
  limit?: number | undefined;
}

/**
 * `message` is one plain sentence that can be shown to a person.
 * @example
 * ```ts
 * import { ChannelFailure, openChannel } from 'parley/client';
 *
 * const two = ['ann', 'bob'].map(() => openChannel('http://localhost:8181', 'room-42'));
 * await Promise.all(two);
 * try {
 *   await openChannel('http://localhost:8181', 'room-42');
 * } catch (failure) {
 *   if (failure instanceof ChannelFailure) console.log(failure.reason); // prints: full
 * }
 * ```
 */
export class ChannelFailure extends Error {
  override readonly name = 'ChannelFailure';
  readonly reason: ChannelFailureReason;
  readonly code: string | undefined;
  readonly limit: number | undefined;

  constructor(reason: ChannelFailureReason, details: FailureDetails = {}) {
    super(details.message ?? sentences[reason]);
    this.reason = reason;
    this.code = details.code;
    this.limit = details.limit;
  }
}
