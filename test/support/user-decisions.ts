// Users as rules see them, and one rule run by the real coordinator: how it leaves the users, and what every connection
// is told.
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import { isLost, type Claim, type Lost, type StateChange } from '../../server/kernel/claim.js';
import { createKernel, type Kernel } from '../../server/kernel/kernel.js';
import type { DeadConnection, Moment, RecordStore } from '../../server/kernel/record-store.js';
import { createCounters } from '../../server/observability/counters.js';
import { createLogger } from '../../server/observability/logger.js';
import type { JsonText } from '../../server/protocol/parse-relay.js';
import type { Addressee, UserName } from '../../server/protocol/parse-user-name.js';
import type { TokenHash } from '../../server/protocol/resume-tokens.js';
import type { ServerMessage } from '../../server/protocol/user-messages.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createUserDomain } from '../../server/users/user-domain.js';
import { eventsBetween, textOf, viewOf, type UserView } from '../../server/users/user-view.js';
import {
  noCall,
  userOf,
  type Actor,
  type Call,
  type ConnectionId,
  type NamedUser,
  type OnlineUser,
  type User,
  type UserRule,
  type Users,
} from '../../server/users/user.js';

export const [ann, bob, cy, dan] = ['ann', 'bob', 'cy', 'dan'] as [UserName, UserName, UserName, UserName];

export const [firstToken, secondToken, thirdToken] = ['first', 'second', 'third'] as [
  TokenHash,
  TokenHash,
  TokenHash,
];

export const lineOf = (name: string): ConnectionId => `line of ${name}` as ConnectionId;
export const actorOf = (name: UserName): Actor => ({ name, connection: lineOf(name) });
export const to = (name: UserName): Addressee => ({ name, written: name });

/** As rules are given an offer or an answer. */
export const jsonOf = (value: unknown): JsonText => JSON.stringify(value) as JsonText;

export function online(name: UserName, call: Call = noCall): OnlineUser {
  return { state: 'online', connection: lineOf(name), written: name, call };
}

/** One whose name two tokens take back. */
export function kept(name: UserName, call?: Call): OnlineUser {
  return { ...online(name, call), secrets: [firstToken, secondToken] };
}

export function away(name: UserName, call: Call, until: number): NamedUser {
  return { ...online(name, call), state: 'away', until };
}

export const usersOf = (...people: readonly NamedUser[]): Users =>
  new Map(people.map((user) => [user.written, user]));

/** Where the messages of a connection go. */
export interface Link {
  name: UserName;
  connection: ConnectionId;
  isMuted: boolean;
}

export function linkTo(name: UserName, connection = lineOf(name), isMuted = false): Link {
  return { name, connection, isMuted };
}

export interface Told {
  messages: ServerMessage[];
  /** Absent: as before. */
  link?: Link | null;
  /** It no longer holds its name. */
  lost?: Lost['lost'];
}

export interface Decided<Outcome> {
  /** Those that the decision has changed. */
  users: Users;
  outcome: Outcome;
  /** By connection; those that are told nothing, and are linked as before, are not in it. */
  told: Record<string, Told>;
}

export interface DecideOptions extends Partial<Moment> {
  /** Whose wish it is; absent: a rule of time, or the end of a connection. */
  by?: Actor;
  /** It is a wish to leave a call: its client knows that this one is over. */
  isLeaving?: boolean;
  /** What the rule is given first; default: everybody. */
  keys?: readonly string[];
  dead?: readonly DeadConnection[];
  graceMs?: number;
}

/** Everybody who is online here knows how it stands, as far as these users say. */
export async function decide<Outcome>(
  before: Users,
  rule: UserRule<Outcome>,
  options: DecideOptions = {},
): Promise<Decided<Outcome>> {
  const {
    by,
    isLeaving = false,
    keys = [...before.keys()],
    now = 0,
    version = 1,
    dead = [],
    graceMs = 0,
  } = options;
  const changed = new Map<string, User>();
  const store: RecordStore<User> = {
    transact(asked, change) {
      const states = new Map(asked.map((key) => [key, changed.get(key) ?? userOf(before, key)]));
      const { states: next, outcome } = change(states, { now, version }, dead);
      for (const [name, user] of next) changed.set(name, user);
      return Promise.resolve({ outcome, now, version });
    },
    list: () => Promise.resolve({ found: [], over: [] }),
    close: () => Promise.resolve(),
  };
  const bus = createMemoryMessageBus<StateChange<UserView>>();
  const scheduler = createScheduler(() => {});
  const kernel = createKernel<User, UserView>({
    domain: createUserDomain(graceMs),
    store,
    bus,
    lease: singleNodeLease,
    scheduler,
    counters: createCounters(),
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
  });
  const told: Record<string, Told> = {};
  const claims = listen(before, by, bus, kernel.openClaim, told);
  const asker = by && claims.get(by.connection);
  const outcome = asker
    ? await kernel.coordinator.request(asker, {
        keys,
        rule,
        granted: (granted) => {
          if (hasStatus(granted, ['in', 'resumed'])) asker.grant();
          if (isLeaving && asker.view && hasStatus(granted, ['done']))
            asker.know({ ...asker.view, call: null });
        },
      })
    : await kernel.coordinator.transact(keys, rule);
  kernel.close();
  scheduler.close();
  return { users: changed, outcome, told };
}

/** Notes in `told` what happens to each connection. */
function listen(
  users: Users,
  by: Actor | undefined,
  bus: MessageBus<StateChange<UserView>>,
  openClaim: Kernel<User, UserView>['openClaim'],
  told: Record<string, Told>,
): Map<string, Claim<UserView>> {
  const claims = new Map<string, Claim<UserView>>();
  const holders = [...users].flatMap(([name, user]) =>
    user.state === 'online' ? [{ name, connection: user.connection }] : [],
  );
  for (const { connection, name } of [...holders, ...(by ? [by] : [])]) {
    if (claims.has(connection)) continue;
    const view = viewOf(users, connection) ?? undefined;
    let lastLink = JSON.stringify(linkIn(view));
    const claim = openClaim(connection, {
      onChange(was, is) {
        const messages = eventsBetween(was, is).map((event) => JSON.parse(textOf(event)) as ServerMessage);
        const link = isLost(is) ? null : linkIn(is);
        const isSame = JSON.stringify(link) === lastLink;
        lastLink = JSON.stringify(link);
        if (messages.length === 0 && isSame && !isLost(is)) return;
        const earlier = told[connection]?.messages ?? [];
        told[connection] = {
          ...told[connection],
          messages: [...earlier, ...messages],
          ...(!isSame && { link }),
          ...(isLost(is) && { lost: is.lost }),
        };
      },
      onUnknownHold: () => {},
    });
    claim.ask(name);
    if (view) claim.grant(view);
    claim.settle();
    claims.set(connection, claim);
    bus.attach(connection, (change) => {
      claim.apply(change);
    });
  }
  return claims;
}

function linkIn(view: UserView | undefined): Link | null {
  if (!view?.call) return null;
  const { name, connection, isMuted = false } = view.call;
  return { name, connection, isMuted };
}

function hasStatus(outcome: unknown, statuses: readonly string[]): boolean {
  const { status } = outcome as { status?: string };
  return status !== undefined && statuses.includes(status);
}
