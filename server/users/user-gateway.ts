// Speaks the user protocol on plain WebSockets: takes messages in order, asks the rules through the store,
// relays. [U18]
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Courier } from '../cluster/courier.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { addressOf } from '../connections/client-address.js';
import type { Admission } from '../connections/admission.js';
import { createEventQueue } from '../connections/event-queue.js';
import { createGuessThrottle } from '../connections/guess-throttle.js';
import { guard } from '../connections/guard.js';
import type { Heartbeat } from '../connections/heartbeat.js';
import type { IceServers } from '../connections/ice-servers.js';
import { createNamelessConnections } from '../connections/nameless-connections.js';
import { createProbe, type Probe } from '../connections/probe.js';
import { watchedWebSocketServer } from '../connections/websocket-server.js';
import { refuseUpgrade, type UpgradeTarget } from '../http/upgrade-router.js';
import type { Logger } from '../platform/logger.js';
import { userRefusals } from '../protocol/user-refusals.js';
import { createLoginListener } from './login-listener.js';
import { createUserConnection, type UserConnection } from './user-connection.js';
import { createUserDesk } from './user-desk.js';
import { createUserList } from './user-list.js';
import { createUserListeners } from './user-listeners.js';
import type { UserParcel } from './user-parcel.js';
import { createUserRecovery } from './user-recovery.js';
import type { ConnectionId } from './user-rules.js';
import type { UserStore } from './user-store.js';

export interface UserGatewayParts {
  store: UserStore;
  courier: Courier<UserParcel>;
  lease: NodeLease;
  logger: Logger;
  heartbeat: Heartbeat;
  admission: Admission;
  onOriginRefused: (origin: string | undefined) => void;
  iceServers: IceServers;
  settings: { graceMs: number; maxMessageBytes: number; trustProxy: boolean; userList: boolean };
}

export interface UserGateway {
  /** Takes the upgrades of every entry point. [U19] */
  handleUpgrade: UpgradeTarget;
  /**
   * Begins to close every connection; the heartbeat's `close` waits until they are. Nobody is told that the other
   * left: the server goes, not the other.
   */
  close(): void;
}

interface HeldConnection {
  connection: UserConnection;
  socket: WebSocket;
  probe: Probe;
  /** It has logged in: no longer one of the nameless. */
  isNamed: () => void;
}

/** The close code of a server that goes (RFC 6455, section 7.4.1). */
const goingAway = 1001;

/** That of a client which says that it is done. */
const normalClosure = 1000;

export function openUserGateway(parts: UserGatewayParts): UserGateway {
  const { store, courier, lease, logger, heartbeat, admission, onOriginRefused, iceServers, settings } =
    parts;
  // [U16] The heartbeat watches every socket that this opens.
  const webSockets = new (watchedWebSocketServer(heartbeat))();
  const held = new Map<ConnectionId, HeldConnection>();
  const nameless = createNamelessConnections();
  const list = createUserList(store, (cause) => {
    logger.error({ err: cause }, 'the list of users could not be read');
  });
  const desk = createUserDesk({ store, courier, lease, logger });
  const recovery = createUserRecovery({
    desk,
    store,
    courier,
    lease,
    logger,
    connections: () => [...held.values()].map(({ connection }) => connection),
  });
  courier.answerProbes(async (holder) => {
    const found = held.get(holder as ConnectionId);
    // Whoever is not here any more holds nothing; if its end is being handled, that comes to the same.
    if (!found) return false;
    if (await found.probe.isAlive()) return true;
    found.socket.terminate();
    return false;
  });
  const enter = createLoginListener({
    desk,
    guesses: createGuessThrottle(),
    iceServers,
    isAlive: courier.isAlive,
    onLogin: ({ id }) => held.get(id)?.isNamed(),
  });
  const listeners = createUserListeners({
    desk,
    courier,
    list,
    enter,
    iceServers,
    settings,
    onDoubt: recovery.doubt,
  });
  let isClosing = false;

  function welcome(socket: WebSocket, request: IncomingMessage): void {
    const watchLink = recovery.createLinkWatch();
    const connection: UserConnection = createUserConnection(socket, logger, {
      node: lease.node,
      onLink: watchLink,
      onLook: () => {
        recovery.look(connection);
      },
    });
    const { log } = connection;
    const address = addressOf(request, settings.trustProxy);
    const detach = courier.attach(connection.id, (parcel) => {
      if (parcel.kind === 'away') desk.remind(parcel.name, parcel.dueInMs);
      else connection.receive(parcel);
    });
    const queue = createEventQueue((cause) => {
      log.error({ err: cause }, 'a message failed');
    });
    const isNamed = nameless.add(address, (why) => {
      connection.cut(why === 'idle' ? userRefusals.idle() : userRefusals.tooManyNameless());
    });
    held.set(connection.id, { connection, socket, probe: createProbe(socket), isNamed });
    log.debug('user connected');

    function hear(data: RawData, isBinary: boolean): void {
      if (isBinary) return connection.refuse(userRefusals.binary());
      const frame = data as Buffer;
      const bytes = frame.length;
      const text = frame.toString('utf8');
      const task = (): void | Promise<void> => {
        if (!connection.isOver) return listeners.hear({ connection, address }, text);
      };
      const wasTaken = queue.push(task, () => bytes);
      if (!wasTaken && !connection.isOver) connection.cut(userRefusals.tooMany());
    }

    function end(code: number): void {
      log.debug({ code }, 'user disconnected');
      connection.end();
      isNamed();
      queue.end(async () => {
        detach();
        watchLink(null);
        list.forget(connection);
        held.delete(connection.id);
        if (!isClosing) await listeners.leave(connection, code === normalClosure ? 'closed' : 'dropped');
      });
    }

    socket.on('message', guard(log, 'message', hear));
    socket.on('close', guard(log, 'close', end));
    // The transport's limits: `close` follows.
    socket.on('error', (cause) => {
      log.debug({ err: cause }, 'a connection broke the limits of the transport');
    });
    // [U1]
    connection.send('Hello world');
  }

  return {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
      if (isClosing) return refuseUpgrade(socket, '503 Service Unavailable');
      if (!admission.isAllowed(request)) {
        onOriginRefused(request.headers.origin);
        return refuseUpgrade(socket, '403 Forbidden');
      }
      webSockets.handleUpgrade(request, socket, head, guard(logger, 'connection', welcome));
    },
    close() {
      isClosing = true;
      list.close();
      recovery.close();
      desk.close();
      for (const socket of webSockets.clients) socket.close(goingAway, 'The server is going away.');
    },
  };
}
