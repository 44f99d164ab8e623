// The requests of a channel of the room protocol that the server answers: their options, numbers and resume tokens, and
// which answers are final. [R6] [R20] [R30] [R35] Leaves to the session what follows from an answer.
import type { EnterAnswer, IceAnswer, LeaveAnswer } from '../../server/protocol/room-events.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { withoutCredentials } from '../transport/ice-grants.js';
import type { ResumeTokens } from '../transport/resume-tokens.js';
import type { RoomTransport } from '../transport/socket-io-transport.js';
import type { Tracer } from '../transport/connection-port.js';

export interface RoomRequests {
  enter(transport: RoomTransport, take: (answer: EnterAnswer) => void): void;
  /** Gives the seat up, also on a connection that has not entered. */
  leave(transport: RoomTransport, take: (answer: LeaveAnswer) => void): void;
  iceServers(transport: RoomTransport, take: (answer: IceAnswer) => void): void;
  check(transport: RoomTransport, answered: () => void): void;
}

/** @param me the client instance id of this side */
export function createRoomRequests(
  name: string,
  me: string,
  tokens: ResumeTokens,
  trace: Tracer,
): RoomRequests {
  let requests = 0;
  return {
    // Resume tokens are not traced.
    enter(transport, take) {
      trace('out', 'create or join', [name, { resume: true, me }]);
      const options = { resume: true, seat: tokens.current, next: tokens.propose(), me, attempt: ++requests };
      transport.emit('create or join', name, options, (answer) => {
        trace('in', 'create or join', [withoutCredentials(answer)]);
        take(answer);
      });
    },
    leave(transport, take) {
      trace('out', 'leave', [name, { me }]);
      const options = { seat: tokens.current, me, attempt: ++requests };
      transport.emit('leave', name, options, (answer) => {
        trace('in', 'leave', [answer]);
        take(answer);
      });
    },
    iceServers(transport, take) {
      trace('out', 'ice servers');
      transport.emit('ice servers', (answer) => {
        trace('in', 'ice servers', [withoutCredentials(answer)]);
        take(answer);
      });
    },
    check(transport, answered) {
      trace('out', 'check');
      transport.emit('check', answered);
    },
  };
}

/** The server could not answer this time; another attempt may succeed. */
const passingCodes: readonly (string | undefined)[] = ['unavailable', 'draining', 'stale', 'try-later'];

export function isPassing({ code }: { code?: string }): boolean {
  return passingCodes.includes(code);
}

/** Why this side has no seat, for good; undefined: it has one, or another attempt may get one. */
export function enterFailure(answer: EnterAnswer): ChannelFailure | undefined {
  const { status, message, code } = answer;
  if (status === 'full') return new ChannelFailure('full');
  if (status !== 'refused' || isPassing(answer)) return undefined;
  return new ChannelFailure(code === 'ended' ? 'ended' : 'refused', { message, code });
}
