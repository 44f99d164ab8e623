// A user transport in the hands of a test: what the library says is kept, what the server says is said by the test.
import type { OpenUserTransport, OwnMessage } from '../../client/transport/websocket-transport.js';
import type { IceGrant } from '../../server/protocol/ice-server.js';
import type { RateGrant } from '../../server/protocol/rate-grant.js';
import type { OngoingCall, ServerMessage } from '../../server/protocol/user-messages.js';

export interface FakeUserConnection {
  readonly said: OwnMessage[];
  readonly isLoggedOut: boolean;
  open(): void;
  /** Opens, and accepts the login. */
  letIn(grant?: IceGrant & RateGrant): void;
  /** Opens, and gives the name back, with the call in which one is. */
  takeBack(call: OngoingCall | null, grant?: IceGrant & RateGrant): void;
  hear(message: ServerMessage): void;
  drop(): void;
}

export interface FakeUserServer {
  openTransport: OpenUserTransport;
  /** It has not yet closed its end of what was logged out; `drop` does. */
  isSlow: boolean;
  readonly connections: FakeUserConnection[];
  /** @throws when nobody has connected */
  newest(): FakeUserConnection;
}

const noIce: IceGrant = { iceServers: [] };

export function createFakeUserServer(): FakeUserServer {
  const connections: FakeUserConnection[] = [];
  const server: FakeUserServer = {
    isSlow: false,
    connections,
    newest() {
      const connection = connections.at(-1);
      if (!connection) throw new Error('nobody has connected');
      return connection;
    },
    openTransport(listeners, onSent) {
      const said: OwnMessage[] = [];
      let isLoggedOut = false;
      connections.push({
        said,
        get isLoggedOut() {
          return isLoggedOut;
        },
        open: listeners.onOpen,
        letIn(grant = noIce) {
          listeners.onOpen();
          listeners.onEvent({ type: 'login', success: true, ...grant });
        },
        takeBack(call, grant = noIce) {
          listeners.onOpen();
          listeners.onEvent({ type: 'login', success: true, resumed: true, call, ...grant });
        },
        hear: listeners.onEvent,
        drop() {
          listeners.onClose('closed');
        },
      });
      return {
        send(message) {
          said.push(message);
          onSent(JSON.stringify(message).length);
        },
        logOut() {
          isLoggedOut = true;
          if (!server.isSlow) listeners.onClose('closed');
        },
        close() {
          // The test looks at what was said.
        },
      };
    },
  };
  return server;
}
