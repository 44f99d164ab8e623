// What the page /phone says in some of its states, taken from its own words.
import { CallFailure, type CallFailureReason } from '../../client/call/call-failure.js';
import { peopleScreen } from '../../client/pages/phone/directory-view.js';
import type { Phone } from '../../client/pages/phone/phone-states.js';
import { viewOf } from '../../client/pages/phone/phone-view.js';
import { callerWays } from '../../client/pages/phone/phone-words.js';
import { calling, doing, entering, free } from './phone-states.js';

export const phoneSays = {
  loggedIn: viewOf(free).status,
  lost: viewOf({ ...free, isLost: true }).status,
  unreachable: viewOf({ ...entering, isUnreachable: true }).status,
  nobodyHere: peopleScreen({ ...free, people: [] }).hint,
  peopleHidden: peopleScreen({ ...free, people: 'hidden' }).hint,
} as const;

/** On the card of a call. */
export const cardSays = {
  ringsThere: detailOf(calling),
  withCamera: callerWays.camera,
  /** The camera could not be had before it rang. */
  trouble: (reason: CallFailureReason) =>
    detailOf(
      doing({ is: 'preparing', id: 3, to: 'bob', way: 'camera', trouble: new CallFailure(reason).message }),
    ),
} as const;

function detailOf(phone: Phone): string {
  const { screen } = viewOf(phone);
  return screen.is === 'card' ? screen.detail : '';
}
