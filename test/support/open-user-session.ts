// A session of the calls on a socket without a transport, and what reaches it.
import type { NodeId } from '../../server/cluster/address.js';
import { createClaim, isLost, type Lost } from '../../server/kernel/claim.js';
import { createLogger } from '../../server/observability/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { UserSession, type UserSessionParts, type UserSocket } from '../../server/users/user-session.js';
import type { CallView, UserView } from '../../server/users/user-view.js';

export interface OpenUserSession {
  session: UserSession;
  socket: UserSocket & { bufferedAmount: number };
  /** What it was told, as JSON. */
  told: unknown[];
  /** Close codes and reasons. */
  closes: unknown[];
  /** The client reads: so much still waits. @returns whether the session has waited for that */
  reads(stillWaiting?: number): boolean;
  /** It has asked for its name, without an answer yet. */
  ask(): void;
  /** The answer is that it has the name. */
  logIn(): void;
  /** Another transaction: how it stands afterwards, and what it has passed through. */
  sees(version: number, ...views: (CallView | null | Lost)[]): void;
}

/** @param name under which it has logged in, unless `isIn` is false */
export function openUserSession(
  name: string,
  parts: Partial<Pick<UserSessionParts, 'onUnknownHold' | 'onLook' | 'onRefused'>> = {},
  isIn = true,
): OpenUserSession {
  const user = { name: name as UserName, written: name };
  const told: unknown[] = [];
  const closes: unknown[] = [];
  let pings: (() => void)[] = [];
  const socket: OpenUserSession['socket'] = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (text) => told.push(JSON.parse(text)),
    close: (...why) => closes.push(why),
    ping: (_data, _mask, onSent) => pings.push(onSent),
  };
  const unexpected = (what: UserName): never => {
    throw new Error(`nothing is known of ${what}`);
  };
  const session = new UserSession({
    socket,
    node: 'one' as NodeId,
    address: '',
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
    openClaim: (address, events) =>
      createClaim<UserView>({ address, onKey: () => {}, onDue: () => {}, onClose: () => {}, ...events }),
    onUnknownHold: unexpected,
    onLook: unexpected,
    ...parts,
  });
  const { claim } = session;
  const open: OpenUserSession = {
    session,
    socket,
    told,
    closes,
    reads(stillWaiting = 0) {
      socket.bufferedAmount = stillWaiting;
      const sent = pings;
      pings = [];
      for (const onSent of sent) onSent();
      return sent.length > 0;
    },
    ask() {
      claim.ask(name);
    },
    logIn() {
      session.logIn(user);
      claim.grant();
      session.send({ type: 'login', success: true, iceServers: [] });
      claim.settle();
    },
    sees(version, ...steps) {
      const views = steps.map((step): UserView | Lost =>
        step && isLost(step) ? step : { name: user.name, call: step },
      );
      session.receive({ kind: 'state', key: name, version, views });
    },
  };
  if (!isIn) return open;
  open.ask();
  open.logIn();
  told.length = 0;
  return open;
}
