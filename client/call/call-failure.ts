// Why a call did not come about, or could not go on: one of a closed list, each with a sentence for a person.

export type CallFailureReason =
  | 'ended'
  | 'in-use'
  | 'insecure'
  | 'no-answer'
  | 'no-device'
  | 'no-media'
  | 'no-route'
  | 'permission'
  | 'unsupported';

const sentences: Record<CallFailureReason, string> = {
  ended: 'The connection to the server ended before the call began.',
  'in-use': 'The camera or microphone is in use by another program.',
  insecure: 'A camera needs a safe address: open this page by https, or on localhost.',
  'no-answer': 'The other person’s page did not answer.',
  'no-device': 'There is no camera or microphone.',
  'no-media': 'The camera or microphone could not be started.',
  'no-route': 'No path between the two networks was found.',
  permission: 'This page is not allowed to use the camera or microphone.',
  unsupported: 'This browser cannot make calls.',
};

/**
 * `message` is one plain sentence that can be shown to a person.
 * @example
 * ```ts
 * import { CallFailure, getLocalMedia } from 'parley/client';
 *
 * try {
 *   await getLocalMedia({ video: { deviceId: { exact: 'a camera that was unplugged' } } });
 * } catch (failure) {
 *   if (failure instanceof CallFailure) console.log(failure.message); // prints: There is no camera or microphone.
 * }
 * ```
 */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly reason: CallFailureReason;

  constructor(reason: CallFailureReason, { message, cause }: { message?: string; cause?: unknown } = {}) {
    super(message ?? sentences[reason], { cause });
    this.reason = reason;
  }
}
