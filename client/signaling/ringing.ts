// Rings the other: says the offer of a call that is being made, and says it again where that one may not be back yet.
import type { Clock } from './clock.js';
import type { CurrentCall } from './current-call.js';
import type { UserConnection } from './user-connection.js';

/** After a restart of the server the one who is called may be back so much later than the caller. */
const lateMs = 30_000;
const againMs = 2000;

export interface Ringing {
  ring(call: CurrentCall): void;
  /** After a restart of the server. */
  ringForLate(call: CurrentCall): void;
  /** In a while, if it is still being made. */
  ringSoon(call: CurrentCall): void;
}

export function createRinging(
  clock: Clock,
  connection: Pick<UserConnection, 'send' | 'check'>,
  isCurrent: (call: CurrentCall) => boolean,
): Ringing {
  function ring({ name, offer }: CurrentCall): void {
    connection.send({ type: 'offer', name, offer });
    // Into a path that is dead it has not gone: better found out now than at the next heartbeat.
    connection.check();
  }

  return {
    ring,
    ringForLate(call) {
      call.lateUntil = clock.now() + lateMs;
      ring(call);
    },
    ringSoon(call) {
      clock.after(againMs, () => {
        if (isCurrent(call) && call.call.phase === 'calling') ring(call);
      });
    },
  };
}
