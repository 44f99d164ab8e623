// A room transport in the hands of a test: what the library says is kept, what the server says is said by the test.
import type { OpenRoomTransport } from '../../client/transport/socket-io-transport.js';
import type {
  EnterAnswer,
  EnterOptions,
  IceAnswer,
  LeaveAnswer,
  WireEvent,
} from '../../server/protocol/room-events.js';

export interface FakeConnection {
  /** What was emitted, without acknowledgement functions. */
  readonly said: unknown[][];
  readonly isClosed: boolean;
  /** The options of the request to enter. */
  readonly asked: EnterOptions;
  open(): void;
  /** Opens, and answers the request to enter. */
  letIn(answer?: Partial<EnterAnswer>): void;
  hear(...event: WireEvent): void;
  answerCheck(): void;
  /** Answers `leave`. */
  letGo(answer?: LeaveAnswer): void;
  /** Answers the request for fresh ICE servers. */
  giveIce(answer: IceAnswer): void;
  drop(): void;
}

export interface FakeServer {
  openTransport: OpenRoomTransport;
  readonly connections: FakeConnection[];
  /** The newest connection. @throws when there is none */
  newest(): FakeConnection;
}

export const inside: EnterAnswer = {
  status: 'created',
  role: 'initiator',
  peer: null,
  heartbeatMs: 10_000,
  graceMs: 30_000,
};

export function createFakeServer(): FakeServer {
  const connections: FakeConnection[] = [];
  return {
    connections,
    newest() {
      const connection = connections.at(-1);
      if (!connection) throw new Error('nobody has connected');
      return connection;
    },
    openTransport(listeners, onSent) {
      const said: unknown[][] = [];
      let isClosed = false;
      let asked: EnterOptions = {};
      let answerEntry: ((answer: EnterAnswer) => void) | undefined;
      let answerCheck: (() => void) | undefined;
      let answerLeave: ((answer: LeaveAnswer) => void) | undefined;
      let giveIce: ((answer: IceAnswer) => void) | undefined;
      connections.push({
        said,
        get isClosed() {
          return isClosed;
        },
        get asked() {
          return asked;
        },
        open: listeners.onOpen,
        letIn(answer = {}) {
          if (!answerEntry) listeners.onOpen();
          answerEntry?.({ ...inside, ...answer });
        },
        hear(...event) {
          listeners.onEvent(event);
        },
        answerCheck() {
          answerCheck?.();
        },
        letGo(answer = { status: 'left' }) {
          answerLeave?.(answer);
        },
        giveIce(answer) {
          giveIce?.(answer);
        },
        drop() {
          isClosed = true;
          listeners.onClose('transport close');
        },
      });
      return {
        emit(event, ...args) {
          const given: unknown[] = args;
          const last = given.at(-1);
          const isEntry = event === 'create or join';
          if (isEntry) asked = given[1] as EnterOptions;
          if (isEntry) answerEntry = last as typeof answerEntry;
          if (event === 'leave') answerLeave = last as typeof answerLeave;
          if (event === 'check') answerCheck = last as typeof answerCheck;
          if (event === 'ice servers') giveIce = last as typeof giveIce;
          const frame = [event, ...given.filter((arg) => typeof arg !== 'function')];
          said.push(frame);
          onSent(JSON.stringify(frame).length);
        },
        close() {
          isClosed = true;
        },
      };
    },
  };
}
