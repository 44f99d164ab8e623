// A user transport in the hands of a test: what the library says is kept, what the server says is said by the test.
import type { OpenUserTransport, OwnMessage } from '../../client/signaling/user-transport.js';
import type { OngoingCall, ServerMessage } from '../../server/protocol/user-messages.js';

export interface FakeUserConnection {
  readonly said: OwnMessage[];
  open(): void;
  /** Opens, and accepts the login. */
  letIn(): void;
  /** Opens, and gives the name back, with the call in which one is. */
  takeBack(call: OngoingCall | null): void;
  hear(message: ServerMessage): void;
  drop(): void;
}

export interface FakeUserServer {
  openTransport: OpenUserTransport;
  readonly connections: FakeUserConnection[];
  /** @throws when nobody has connected */
  newest(): FakeUserConnection;
}

export function createFakeUserServer(): FakeUserServer {
  const connections: FakeUserConnection[] = [];
  return {
    connections,
    newest() {
      const connection = connections.at(-1);
      if (!connection) throw new Error('nobody has connected');
      return connection;
    },
    openTransport(listeners) {
      const said: OwnMessage[] = [];
      connections.push({
        said,
        open: listeners.onOpen,
        letIn() {
          listeners.onOpen();
          listeners.onEvent({ type: 'login', success: true, iceServers: [] });
        },
        takeBack(call) {
          listeners.onOpen();
          listeners.onEvent({ type: 'login', success: true, resumed: true, call, iceServers: [] });
        },
        hear: listeners.onEvent,
        drop() {
          listeners.onClose('closed');
        },
      });
      return {
        send(message) {
          said.push(message);
        },
        logOut() {
          listeners.onClose('closed');
        },
        close() {
          // The test looks at what was said.
        },
      };
    },
  };
}
