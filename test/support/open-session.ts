// A session of the room protocol on a socket without a transport, and what has become of both.
import { createClaim } from '../../server/kernel/claim.js';
import { createLogger } from '../../server/observability/logger.js';
import { RoomSession, type RoomSessionParts } from '../../server/rooms/room-session.js';
import type { RoomView } from '../../server/rooms/room-view.js';
import { createFakeRoomSocket } from './fake-room-socket.js';
import { createHeldClock, type HeldClock } from './held-clock.js';
import { schedulerOn } from './held-scheduler.js';
import type { Heard } from './room-client.js';

export interface OpenSession {
  session: RoomSession;
  heard: Heard[];
  readonly closed: 'for good' | 'for reconnect' | undefined;
  /** The client has its time to acknowledge the other's Bye. */
  readonly awaitsAck: boolean;
  clock: HeldClock;
  /** From now on it holds a seat in this channel and has been told this much. */
  sit(channel: string, view: RoomView, version: number): void;
}

export const ackTimeoutMs = 5000;

export function openSession(
  peer: string,
  parts: Partial<Pick<RoomSessionParts, 'openClaim' | 'onUnknownHold' | 'ackTimeoutMs'>> = {},
): OpenSession {
  const fake = createFakeRoomSocket(peer);
  const clock = createHeldClock();
  let isClosedForReconnect = false;
  fake.socket.conn.close = () => {
    isClosedForReconnect = true;
  };
  const session = new RoomSession({
    socket: fake.socket,
    node: undefined,
    address: '',
    ackTimeoutMs,
    scheduler: schedulerOn(clock),
    log: createLogger({ logLevel: 'silent', logFormat: 'json' }),
    onRefused: () => {},
    openClaim: (address, events) =>
      createClaim<RoomView>({ address, ...events, onKey: () => {}, onDue: () => {}, onClose: () => {} }),
    onUnknownHold: (channel) => {
      throw new Error(`${peer} holds a seat in ${channel} of which it does not know.`);
    },
    ...parts,
  });
  const { claim } = session;
  return {
    session,
    heard: fake.heard,
    get closed() {
      return fake.isOver ? 'for good' : isClosedForReconnect ? 'for reconnect' : undefined;
    },
    get awaitsAck() {
      return clock.timers > 0;
    },
    clock,
    sit(channel, view, version) {
      claim.ask(channel);
      claim.grant();
      claim.settle();
      claim.apply({ kind: 'state', key: channel, version, views: [view] });
      fake.heard.length = 0;
    },
  };
}
