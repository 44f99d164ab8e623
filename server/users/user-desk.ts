// Where users are decided: runs a rule through the store, sends the notices, and comes back to a name when its
// grace is over.
import type { Courier } from '../cluster/courier.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { createAlarmClock } from '../platform/alarm-clock.js';
import { createFaultLog } from '../platform/fault-log.js';
import { insist } from '../platform/insist.js';
import type { Logger } from '../platform/logger.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { UserParcel } from './user-parcel.js';
import { reassert, type Standing } from './user-resync-rules.js';
import {
  passTime,
  settled,
  unchanged,
  type Actor,
  type Lack,
  type UserRule,
  type Users,
} from './user-rules.js';
import { lateChangeMs, type KeptDecision, type UserStore } from './user-store.js';

export interface UserDesk {
  /**
   * Asks the rule, and asks it again with whom it lacks until it lacks nobody.
   * @param answer hears the outcome, and the version of what is kept, before any notice of it is sent
   * @throws what the store throws, and when this node may grant nothing just now; it may have been decided then
   */
  decide<Outcome>(
    names: readonly UserName[],
    rule: UserRule<Outcome | Lack>,
    answer?: (outcome: Outcome, version: number) => void,
  ): Promise<Outcome>;
  /**
   * Decides it also when the store fails, as soon as it is back: for ends, after which nobody asks again.
   * @param isInDoubt something that was asked before may still be on its way: it is decided again later
   */
  decideForSure(
    names: readonly UserName[],
    rule: UserRule<Lack | undefined>,
    isInDoubt?: boolean,
  ): Promise<void>;
  /**
   * What is kept of the name of this connection, which holds on to it.
   * @param isGone looked at whenever it is decided: a connection that has closed holds nothing, and nothing changes
   * @throws what the store throws
   */
  recall(actor: Actor, isGone: () => boolean): Promise<{ standing: Standing; version: number }>;
  /** This name is looked at again in so many ms. */
  remind(name: UserName, inMs: number): void;
  /** No name is looked at again. */
  close(): void;
}

export interface UserDeskParts {
  store: UserStore;
  courier: Courier<UserParcel>;
  lease: Pick<NodeLease, 'isValid'>;
  logger: Logger;
}

/** A decision, what its rule was shown, and when. */
type Timed<Outcome> = KeptDecision<{ outcome: Outcome; seen: Users; now: number }>;

export function createUserDesk({ store, courier, lease, logger }: UserDeskParts): UserDesk {
  let isClosed = false;
  const onFault = createFaultLog((cause, faults) => {
    logger.error({ err: cause, faults }, 'a user could not be decided');
  });
  const alarms = createAlarmClock((name: UserName) => decideAll([name], passTime()), onFault);

  /** The rule learns the time from the store; the time to wait follows from the same one. */
  function timed<Outcome>(rule: UserRule<Outcome>): UserRule<{ outcome: Outcome; seen: Users; now: number }> {
    return (users, now) => {
      const decision = rule(users, now);
      return { ...decision, outcome: { outcome: decision.outcome, seen: users, now } };
    };
  }

  function setAlarms({ users, outcome: { seen, now } }: Timed<unknown>): void {
    for (const [name, user] of new Map([...seen, ...users])) {
      if (user.state === 'away') alarms.set(name, user.until - now);
      else if (users.has(name)) alarms.set(name, undefined);
    }
  }

  async function decideOnce<Outcome>(
    names: readonly UserName[],
    rule: UserRule<Outcome | Lack>,
    answer?: (outcome: Outcome, version: number) => void,
  ): Promise<Outcome | Lack> {
    const decision = await store.decide(names, timed(settled(rule)));
    const { notices, version, isChange } = decision;
    const { outcome } = decision.outcome;
    setAlarms(decision);
    try {
      if (!isLack(outcome)) answer?.(outcome, version);
    } finally {
      for (const [part, notice] of notices.entries()) {
        courier.carry(notice.to, { kind: 'notice', notice, version, ...(isChange && { part }) }, 'notice');
      }
    }
    return outcome;
  }

  async function decideAll<Outcome>(
    names: readonly UserName[],
    rule: UserRule<Outcome | Lack>,
    answer?: (outcome: Outcome, version: number) => void,
  ): Promise<Outcome> {
    let asked = names;
    for (;;) {
      const outcome = await decideOnce(asked, rule, answer);
      if (!isLack(outcome)) return outcome;
      const { lacks } = outcome;
      // A call of another than the rule is about stands in its way: all of them together.
      const isOwn = names.every((name) => lacks.includes(name));
      asked = isOwn ? lacks : [...new Set([...asked, ...lacks])];
    }
  }

  /** Past the lease others may have given away what this node holds: nothing is granted, whatever the store says. */
  function refuseSuspended(): void {
    if (!lease.isValid()) throw new Error('This node is suspended.');
  }

  return {
    async decide(names, rule, answer) {
      refuseSuspended();
      return decideAll(names, rule, (outcome, version) => {
        refuseSuspended();
        answer?.(outcome, version);
      });
    },
    decideForSure(names, rule, isInDoubt = false) {
      const decideIt = (): Promise<void> =>
        insist(
          () => decideAll(names, rule),
          () => isClosed,
          onFault,
        );
      if (isInDoubt) {
        setTimeout(() => {
          if (!isClosed) void decideIt();
        }, lateChangeMs).unref();
      }
      return decideIt();
    },
    async recall(actor, isGone) {
      let known = 0;
      const hold = reassert(actor);
      const rule: typeof hold = (users, now) => (isGone() ? unchanged({ status: 'lost' }) : hold(users, now));
      const standing = await decideAll<Standing>([actor.name], rule, (_standing, version) => {
        known = version;
      });
      return { standing, version: known };
    },
    remind: alarms.set,
    close() {
      isClosed = true;
      alarms.close();
    },
  };
}

function isLack(outcome: unknown): outcome is Lack {
  return typeof outcome === 'object' && outcome !== null && 'lacks' in outcome;
}
