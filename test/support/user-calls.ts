// The calls of a user, on a line without a server.
import { createPace } from '../../client/reliable/pace.js';
import type { CallAction, LoginSuccess } from '../../client/users/user-call.js';
import { createUserCalls, type IncomingCall } from '../../client/users/user-calls.js';
import type { OngoingCall } from '../../server/protocol/user-messages.js';
import { createHeldClock } from './held-clock.js';

type Heard = Extract<CallAction, { is: 'message' }>['message'];

/** The calls of ann, on a line that the test takes down and up again. */
export function openUserCalls() {
  const clock = createHeldClock();
  const said: string[] = [];
  const rings: IncomingCall[] = [];
  let isUp = true;
  let checks = 0;
  const calls = createUserCalls({
    me: 'ann 1',
    clock,
    pace: createPace(),
    send(message) {
      if (isUp) said.push('name' in message ? `${message.type} ${message.name}` : message.type);
    },
    check() {
      checks++;
    },
    iceServers: () => [],
    onIncoming: (call) => rings.push(call),
    onTrace: () => {},
  });
  return {
    calls,
    hear(message: Heard) {
      calls.handle({ is: 'message', message });
    },
    said,
    rings,
    clock,
    /** How often it was looked whether the server is there. */
    checks: () => checks,
    /** Whose calls rang, in order. */
    names: () => rings.map(({ name }) => name),
    lose() {
      isUp = false;
      calls.handle({ is: 'lost' });
    },
    /** With the call in which the server has ann; undefined: the server has forgotten her. */
    comeBack(call?: OngoingCall | null) {
      isUp = true;
      const answer: LoginSuccess = { type: 'login', success: true, iceServers: [] };
      calls.handle({ is: 'back', answer: call === undefined ? answer : { ...answer, resumed: true, call } });
    },
  };
}
