// The coordinator of the calls of a user, on a line without a server.
import { createCallCoordinator } from '../../client/signaling/call-coordinator.js';
import { createPace } from '../../client/signaling/pace.js';
import type { LoginSuccess } from '../../client/signaling/user-connection.js';
import type { IncomingCall } from '../../client/signaling/user-line.js';
import type { OngoingCall } from '../../server/protocol/user-messages.js';
import { createHeldClock } from './held-clock.js';

/** The coordinator of ann, on a line that the test takes down and up again. */
export function openCallCoordinator() {
  const clock = createHeldClock();
  const said: string[] = [];
  const rings: IncomingCall[] = [];
  let isUp = true;
  let checks = 0;
  const coordinator = createCallCoordinator({
    me: 'ann 1',
    clock,
    connection: {
      pace: createPace(),
      send(message) {
        if (isUp) said.push('name' in message ? `${message.type} ${message.name}` : message.type);
        return isUp;
      },
      check() {
        checks++;
      },
    },
    iceServers: () => [],
    onIncoming: (call) => rings.push(call),
    onTrace: () => {},
  });
  return {
    coordinator,
    said,
    rings,
    clock,
    /** How often it was looked whether the server is there. */
    checks: () => checks,
    /** Whose calls rang, in order. */
    names: () => rings.map(({ name }) => name),
    lose() {
      isUp = false;
      coordinator.lineIsLost();
    },
    /** With the call in which the server has ann; undefined: the server has forgotten her. */
    comeBack(call?: OngoingCall | null) {
      isUp = true;
      const answer: LoginSuccess = { type: 'login', success: true, iceServers: [] };
      coordinator.lineIsBack(call === undefined ? answer : { ...answer, resumed: true, call });
    },
  };
}
