// What `login` does: parse, decide, and before anybody is told that a name is taken, see whether its holder is alive.
import { wireId } from '../cluster/address.js';
import type { GuessThrottle } from '../connections/guess-throttle.js';
import { hashSecrets } from '../connections/hash-secret.js';
import type { IceServers } from '../connections/ice-servers.js';
import { countOf } from '../protocol/attempts.js';
import type { IceGrant } from '../protocol/ice-server.js';
import type { LoginRequest } from '../protocol/parse-login.js';
import type { LoginAnswer } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import { logIn, type Login, type Newcomer } from './login-rules.js';
import type { UserConnection } from './user-connection.js';
import type { UserDesk } from './user-desk.js';
import type { UserSpeaker } from './user-listeners.js';
import { logOut, type ConnectionId } from './user-rules.js';

export interface LoginListenerParts {
  desk: UserDesk;
  guesses: GuessThrottle;
  iceServers: IceServers;
  /** Asks the connection that holds a name, on whatever node, whether its other end is there; if not, it is cut. */
  isAlive: (holder: ConnectionId) => Promise<boolean>;
  /** The connection has a name now. */
  onLogin: (connection: UserConnection) => void;
}

type Granted = Extract<Login, { status: 'in' | 'resumed' }>;

export function createLoginListener(parts: LoginListenerParts) {
  const { desk, guesses, iceServers, isAlive, onLogin } = parts;

  return async function enter(
    { connection, address }: UserSpeaker,
    { user, options }: LoginRequest,
  ): Promise<void> {
    // [U3]
    if (connection.user) {
      return connection.refuse(userRefusals.alreadyLoggedIn(connection.user.written), 'login');
    }
    if (!user) return connection.refuseLogin('bad-name', userRefusals.badName().message);
    const newcomer: Newcomer = {
      ...user,
      connection: connection.id,
      ...countOf(options),
      ...hashSecrets(options),
    };
    // Until it is answered nobody knows whether it has the name.
    connection.doubts.add(user.name);
    const { status } = await takeName(newcomer, (login, version) => {
      connection.log.debug('User logged: %s', user.written);
      connection.logIn(user, version);
      onLogin(connection);
      // [U26]
      connection.send(granted(login, iceServers.give(wireId(connection.id))));
    });
    connection.doubts.delete(user.name);
    if (status === 'in' || status === 'resumed') {
      connection.hearEarly();
      return giveUpDoubts(connection);
    }
    // [U21]
    if (status === 'stale')
      return connection.refuseLogin('stale', 'A later login of this client has been answered already.');
    // [U25]
    if (newcomer.secret !== undefined) await guesses.countFailure(address, user.name);
    connection.refuseLogin('taken', `The name ${user.written} is taken.`);
  };

  /** Names that it asked for before, without an answer: it has another one now. */
  function giveUpDoubts({ doubts, id }: UserConnection): void {
    for (const name of doubts) void desk.decideForSure([name], logOut({ name, connection: id }), true);
    doubts.clear();
  }

  /**
   * [U4] A taken name whose holder does not answer is free, by a decision that names that holder.
   * @param answer hears of the name before any notice is sent
   */
  async function takeName(
    newcomer: Newcomer,
    answer: (login: Granted, version: number) => void,
    mayProbe = true,
  ): Promise<Login> {
    const login = await desk.decide<Login>([newcomer.name], logIn(newcomer), (outcome, version) => {
      if (isGranted(outcome)) answer(outcome, version);
    });
    if (login.status !== 'taken' || login.unclaimed === undefined) return login;
    const { unclaimed } = login;
    if (!mayProbe || (await isAlive(unclaimed))) return login;
    await desk.decide([newcomer.name], logOut({ name: newcomer.name, connection: unclaimed }));
    return takeName(newcomer, answer, false);
  }
}

function granted(login: Granted, ice: IceGrant): LoginAnswer {
  if (login.status === 'in') return { type: 'login', success: true, ...ice };
  return { type: 'login', success: true, resumed: true, call: login.call, ...ice };
}

function isGranted(login: Login): login is Granted {
  return login.status === 'in' || login.status === 'resumed';
}
