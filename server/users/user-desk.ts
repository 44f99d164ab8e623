// Where users are decided: runs a rule through the store, sends the notices, and comes back to a name when its
// grace is over.
import type { Courier } from '../cluster/courier.js';
import { createAlarmClock } from '../platform/alarm-clock.js';
import { insist } from '../platform/insist.js';
import type { Logger } from '../platform/logger.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { UserParcel } from './user-parcel.js';
import { passTime, settled, type Lack, type UserRule, type Users } from './user-rules.js';
import type { UserStore } from './user-store.js';

export interface UserDesk {
  /**
   * Asks the rule, and asks it again with whom it lacks until it lacks nobody.
   * @param answer hears the outcome before any notice of it is sent
   * @throws what the store throws
   */
  decide<Outcome>(
    names: readonly UserName[],
    rule: UserRule<Outcome | Lack>,
    answer?: (outcome: Outcome) => void,
  ): Promise<Outcome>;
  /** Decides it also when the store fails, as soon as it is back: for ends, after which nobody asks again. */
  decideForSure(names: readonly UserName[], rule: UserRule<Lack | undefined>): Promise<void>;
  /** No name is looked at again. */
  close(): void;
}

export interface UserDeskParts {
  store: UserStore;
  courier: Courier<UserParcel>;
  logger: Logger;
}

export function createUserDesk({ store, courier, logger }: UserDeskParts): UserDesk {
  let isClosed = false;
  const onFault = (cause: unknown): void => {
    logger.error({ err: cause }, 'a user could not be decided');
  };
  const alarms = createAlarmClock((name: UserName) => decide([name], passTime()), onFault);

  /** The rule learns the time from the store; the time to wait follows from the same one. */
  function timed<Outcome>(rule: UserRule<Outcome>): UserRule<{ outcome: Outcome; now: number }> {
    return (users, now) => {
      const decision = rule(users, now);
      return { ...decision, outcome: { outcome: decision.outcome, now } };
    };
  }

  function setAlarms(users: Users, now: number): void {
    for (const [name, user] of users) alarms.set(name, user.state === 'away' ? user.until - now : undefined);
  }

  async function decideOnce<Outcome>(
    names: readonly UserName[],
    rule: UserRule<Outcome | Lack>,
    answer?: (outcome: Outcome) => void,
  ): Promise<Outcome | Lack> {
    const { users, notices, outcome } = await store.decide(names, timed(settled(rule)));
    setAlarms(users, outcome.now);
    if (!isLack(outcome.outcome)) answer?.(outcome.outcome);
    for (const notice of notices) courier.carry(notice.to, { kind: 'notice', notice });
    return outcome.outcome;
  }

  async function decide<Outcome>(
    names: readonly UserName[],
    rule: UserRule<Outcome | Lack>,
    answer?: (outcome: Outcome) => void,
  ): Promise<Outcome> {
    let asked = names;
    for (;;) {
      const outcome = await decideOnce(asked, rule, answer);
      if (!isLack(outcome)) return outcome;
      const { lacks } = outcome;
      asked = names.every((name) => lacks.includes(name)) ? lacks : names;
      // Somebody's grace is over, and whom the rule is about has no part in that call.
      if (asked === names) await decideOnce(lacks, passTime());
    }
  }

  return {
    decide,
    decideForSure: (names, rule) =>
      insist(
        () => decide(names, rule),
        () => isClosed,
        onFault,
      ),
    close() {
      isClosed = true;
      alarms.close();
    },
  };
}

function isLack(outcome: unknown): outcome is Lack {
  return typeof outcome === 'object' && outcome !== null && 'lacks' in outcome;
}
