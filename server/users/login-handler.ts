// `login`: decides it, and probes the holder of a name before it tells anybody "taken".
import { wireId } from '../cluster/address.js';
import type { MessageBus } from '../cluster/message-bus.js';
import type { Coordinator } from '../kernel/coordinator.js';
import { NothingAsked } from '../kernel/record-store.js';
import { requestNumberOf } from '../protocol/request-numbers.js';
import type { IceGrant } from '../protocol/ice-server.js';
import type { LoginRequest } from '../protocol/parse-login.js';
import type { FailedLogin, LoginAnswer } from '../protocol/user-messages.js';
import type { RateGrant } from '../protocol/rate-grant.js';
import { tryLater } from '../protocol/refusals-of-both.js';
import { userRefusals } from '../protocol/user-refusals.js';
import type { FailureLimiter } from '../transport/failure-limiter.js';
import { hashTokens } from '../transport/hash-token.js';
import type { IceServers } from '../transport/ice-servers.js';
import { probeMs } from '../transport/probe.js';
import { grantOf, type Rate } from '../transport/token-buckets.js';
import { logIn, type Login, type Newcomer } from './login-rules.js';
import { logOut, vanish } from './user-rules.js';
import type { UserSession } from './user-session.js';
import type { UserView } from './user-view.js';
import type { User } from './user.js';

type Denied = Pick<FailedLogin, 'reason' | 'message'>;

/** Whether this client may log in; a denial says why not. */
export type MayLogIn = (request: LoginRequest, session: UserSession) => Promise<Denied | undefined>;

export interface LoginHandlerParts {
  coordinator: Coordinator<User, UserView>;
  /** Asks the connection that holds a name, on whatever node, whether its client is there; a dead one is closed. */
  bus: Pick<MessageBus<unknown>, 'isAlive'>;
  failures: FailureLimiter;
  iceServers: IceServers;
  rate: Rate;
  /** Default: everybody may. */
  mayLogIn?: MayLogIn | undefined;
  settings: { graceMs: number; yieldMs: number };
  /** The connection has a name now. */
  onLogin: (session: UserSession) => void;
}

type Granted = Extract<Login, { status: 'in' | 'resumed' }>;
type Outcome = Login | ({ status: 'denied' } & Denied);

export function createLoginHandler(parts: LoginHandlerParts) {
  const { coordinator, bus, failures, iceServers, rate, mayLogIn, onLogin } = parts;
  const { graceMs, yieldMs } = parts.settings;

  return async function handleLogin(session: UserSession, request: LoginRequest): Promise<void> {
    const { claim } = session;
    const { user, options } = request;
    // [U3]
    if (session.user) return session.refuse(userRefusals.alreadyLoggedIn(session.user.written), 'login');
    // [U25]
    const waitMs = failures.msUntil(session);
    if (waitMs > 0) return refuseForNow(session, waitMs);
    if (!user) {
      failures.countFailure(session);
      return session.refuseLogin('bad-name', userRefusals.badName().message);
    }
    const newcomer: Newcomer = {
      ...user,
      connection: session.id,
      ...requestNumberOf(options),
      ...hashTokens(options),
    };
    await giveUpUnknown(session, user.name);
    const isUnknown = claim.key === user.name;
    claim.ask(user.name);
    const login = await takeName(session, request, newcomer, true)
      .catch((cause: unknown) => {
        if (cause instanceof NothingAsked && !isUnknown) claim.drop();
        throw cause;
      })
      .finally(() => {
        claim.settle();
      });
    if (login.status === 'in' || login.status === 'resumed') return;
    if (!isUnknown) claim.drop();
    failures.countFailure(session);
    if (login.status === 'denied') return session.refuseLogin(login.reason, login.message);
    // [U21]
    if (login.status === 'stale')
      return session.refuseLogin('stale', 'A later login of this client has been answered already.');
    // [U31]
    const retry = options.resume && login.retryInMs !== undefined ? { retryInMs: login.retryInMs } : {};
    session.refuseLogin('taken', `The name ${user.written} is taken.`, retry);
  };

  /** A login with another name was never answered: what came of it is given up first. */
  async function giveUpUnknown({ claim, id }: UserSession, name: string): Promise<void> {
    const { key } = claim;
    if (key === undefined || key === name) return;
    const actor = { name: key as Newcomer['name'], connection: id };
    await coordinator.transact([key], logOut(actor), { isFencing: true });
    claim.drop();
  }

  /** [U4] A taken name whose holder does not answer is lost to it, by a transaction that names that holder. */
  async function takeName(
    session: UserSession,
    request: LoginRequest,
    newcomer: Newcomer,
    mayProbe: boolean,
  ): Promise<Outcome> {
    const login = await coordinator.request<Outcome>(session.claim, {
      keys: [newcomer.name],
      rule: logIn(newcomer, yieldMs),
      ...(mayLogIn && { mayEnter: () => denialOf(mayLogIn(request, session)) }),
      granted: (outcome) => {
        if (outcome.status !== 'in' && outcome.status !== 'resumed') return;
        session.log.debug('User logged: %s', newcomer.written);
        session.logIn(newcomer);
        session.claim.grant();
        onLogin(session);
        // [U26]
        const grants = {
          ...iceServers.give(wireId(session.id)),
          // [U29]
          ...(request.options.resume && grantOf(rate)),
        };
        session.send(answerTo(outcome, grants));
      },
    });
    if (login.status !== 'taken' || login.holder === undefined || !mayProbe) return login;
    const actor = { name: newcomer.name, connection: login.holder };
    const askedAt = performance.now();
    const isAlive = await bus.isAlive(actor.connection);
    const silentMs = Math.min(Math.round(performance.now() - askedAt), probeMs);
    if (isAlive === true) return login;
    // If the node of the holder did not answer, its lease may have expired meanwhile. [U27]
    if (isAlive === false) await coordinator.transact([actor.name], vanish(actor, graceMs, silentMs));
    return takeName(session, request, newcomer, false);
  }
}

function refuseForNow(session: UserSession, waitMs: number): void {
  const { code, message, retryInMs } = tryLater(waitMs);
  session.refuseLogin(code, message, { retryInMs });
}

function answerTo(login: Granted, grants: IceGrant & RateGrant): LoginAnswer {
  if (login.status === 'in') return { type: 'login', success: true, ...grants };
  return { type: 'login', success: true, resumed: true, call: login.call, ...grants };
}

async function denialOf(answer: Promise<Denied | undefined>): Promise<Outcome | undefined> {
  const denied = await answer;
  return denied && { status: 'denied', ...denied };
}
