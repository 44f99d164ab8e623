// `offer`, `answer`, `candidate` and `leave`: decided in a transaction, or relayed between two who are in a call.
import type { MessageBus } from '../cluster/message-bus.js';
import type { Coordinator } from '../kernel/coordinator.js';
import { maxKeptAnswerBytes } from '../protocol/limits.js';
import type { Addressee } from '../protocol/parse-user-name.js';
import { writeRelay, type CheckedSignal, type JsonText, type RelayType } from '../protocol/parse-relay.js';
import type { UserMessage } from '../protocol/parse-user-message.js';
import { userRefusals } from '../protocol/user-refusals.js';
import type { ByteBudget } from '../transport/byte-budget.js';
import { answer, leave, offer, takeBackCall, type Verdict } from './call-rules.js';
import type { UserPayload } from './user-record.js';
import type { UserSession } from './user-session.js';
import type { UserView } from './user-view.js';
import type { Actor, User, UserRule } from './user.js';

export interface CallHandlerParts {
  coordinator: Coordinator<User, UserView>;
  bus: Pick<MessageBus<UserPayload>, 'send'>;
  /** Of the offers that ring. */
  offers: ByteBudget;
}

export interface CallHandler {
  signal(session: UserSession, actor: Actor, message: CheckedSignal): void | Promise<void>;
  leave(session: UserSession, actor: Actor, message: Extract<UserMessage, { type: 'leave' }>): Promise<void>;
  /** Touches no store: both ends of a call know it. [U8] [U9] */
  relay(session: UserSession, type: RelayType, value: JsonText): void;
}

export function createCallHandler({ coordinator, bus, offers }: CallHandlerParts): CallHandler {
  async function decide(
    session: UserSession,
    actor: Actor,
    message: Extract<UserMessage, { to: Addressee }>,
    rule: UserRule<Verdict>,
    onDone?: () => void,
  ): Promise<Verdict> {
    const verdict = await coordinator.request(session.claim, {
      keys: [actor.name, message.to.name],
      rule,
      granted: ({ status }) => {
        if (status === 'done') onDone?.();
      },
    });
    if (verdict.status === 'refused') session.refuse(verdict.refusal, message.type, verdict.offer);
    if (verdict.status === 'relay' && 'value' in message) relay(session, message.type, message.value);
    return verdict;
  }

  /** [U10] The first callee is released whatever becomes of the second call: two transactions, one queue. */
  async function call(session: UserSession, actor: Actor, message: CheckedSignal): Promise<void> {
    const { to, value } = message;
    const first = session.call;
    if (first && first.name !== to.name && to.name !== actor.name) {
      await coordinator.request(session.claim, {
        keys: [actor.name, first.name],
        rule: takeBackCall(actor, first.name),
        granted: ({ status }) => {
          if (status === 'done') session.forgetCall(first);
        },
      });
    }
    // [U7]
    const release = offers.take(session.address, Buffer.byteLength(value));
    const rule = offer(actor, to, value, release !== undefined);
    const { status } = await decide(session, actor, message, rule, () => {
      if (release) session.keepWhileCalling(release);
    });
    if (status !== 'done') release?.();
  }

  function relay({ id, call: current, user }: UserSession, type: RelayType, value: JsonText): void {
    if (!current || !user) return;
    // [U11] Candidates of an offer that lost: the other has not seen it.
    if (type === 'candidate' && current.isMuted) return;
    const text = writeRelay(type, value, user.written);
    // The two ends send candidates again, but what negotiates only after a while.
    bus.send(
      current.connection,
      { kind: 'relay', from: id, text },
      type === 'candidate' ? 'relay' : 'retried',
    );
  }

  return {
    relay,
    signal(session, actor, message) {
      const { type, to, value } = message;
      if (isRelayed(session, message)) return relay(session, type, value);
      if (type === 'offer') return call(session, actor, message);
      if (type === 'candidate') return session.refuse(userRefusals.notInCall(to.written), type);
      // [U28]
      const rule = answer(actor, to, value, Buffer.byteLength(value) <= maxKeptAnswerBytes);
      return decide(session, actor, message, rule).then(() => {});
    },
    async leave(session, actor, message) {
      const { call: current } = session;
      await decide(session, actor, message, leave(actor, message.to), () => {
        session.forgetCall(current);
      });
    },
  };
}

/** Whether both ends know of a call in which this goes to the other as it is. [U8] [U9] */
export function isRelayed({ call }: UserSession, { type, to }: { type: RelayType; to: Addressee }): boolean {
  if (call?.name !== to.name) return false;
  if (type === 'candidate') return true;
  return type === 'offer' ? call.state === 'talking' : call.state !== 'called';
}
