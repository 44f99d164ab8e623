// The user protocol on plain WebSockets: wires sockets to sessions, sessions to the kernel and the handlers. Decides
// nothing. [U18]
import type { IncomingMessage } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import { wireId } from '../cluster/address.js';
import type { MessageBus } from '../cluster/message-bus.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { refuseUpgrade, type UpgradeTarget } from '../http/upgrade-router.js';
import type { StateChange } from '../kernel/claim.js';
import { createKernel, type Kept } from '../kernel/kernel.js';
import type { RecordStore } from '../kernel/record-store.js';
import { unchanged } from '../kernel/rule.js';
import type { Counters } from '../observability/counters.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { maxTextLength, ringingOffers } from '../protocol/limits.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { TokenHash } from '../protocol/resume-tokens.js';
import { userRefusals } from '../protocol/user-refusals.js';
import type { Scheduler } from '../timing/scheduler.js';
import type { Admission } from '../transport/admission.js';
import { createByteBudget } from '../transport/byte-budget.js';
import type { ClientAddress } from '../transport/client-address.js';
import { EventQueue } from '../transport/event-queue.js';
import type { FailureLimiter } from '../transport/failure-limiter.js';
import { guard } from '../transport/guard.js';
import type { Heartbeat } from '../transport/heartbeat.js';
import type { IceServers } from '../transport/ice-servers.js';
import type { OpenConnections, Registered } from '../transport/open-connections.js';
import { createProbe, type Probe } from '../transport/probe.js';
import { refuseSocket } from '../transport/refused-connections.js';
import { tooFast } from '../transport/throttle.js';
import type { Rate } from '../transport/token-buckets.js';
import { closeCodes } from '../transport/closing.js';
import { watchedWebSocketServer } from '../transport/websocket-server.js';
import { createCallHandler } from './call-handler.js';
import { createLoginHandler, type MayLogIn } from './login-handler.js';
import { createUserDomain, listNames } from './user-domain.js';
import { createUserHandlers } from './user-handlers.js';
import { createUserList } from './user-list.js';
import type { UserPayload } from './user-record.js';
import { announceLeaving, vanish } from './user-rules.js';
import { UserSession } from './user-session.js';
import type { UserView } from './user-view.js';
import type { ConnectionId, User } from './user.js';

export interface UserGatewayParts {
  store: RecordStore<User>;
  bus: MessageBus<UserPayload>;
  lease: NodeLease;
  scheduler: Scheduler;
  rate: Rate;
  counters: Counters;
  logger: Logger;
  heartbeat: Heartbeat;
  admission: Admission;
  onOriginRefused: (origin: string | undefined) => void;
  addressOf: ClientAddress;
  connections: OpenConnections;
  failures: FailureLimiter;
  iceServers: IceServers;
  mayLogIn?: MayLogIn | undefined;
  settings: { graceMs: number; yieldMs: number; maxMessageBytes: number; userList: boolean };
}

export interface UserGateway {
  /** Takes the upgrades of every entry point. [U19] */
  handleUpgrade: UpgradeTarget;
  /** A page announces that it closes: does its token fit? The name is kept for the time of a reload. [U30] @throws */
  announceLeaving(name: UserName, token: TokenHash): Promise<boolean>;
  kept: Kept;
  /** Begins to close every connection; the heartbeat's `close` waits until they are. No peer is told. */
  close(): void;
}

type OpenConnection = { probe: Probe; registered: Registered; queue: EventQueue };

export function openUserGateway(parts: UserGatewayParts): UserGateway {
  const { store, bus, lease, scheduler, counters, logger, heartbeat, admission, settings } = parts;
  const maxText = maxTextLength(settings.maxMessageBytes);
  // [U16] The heartbeat watches every socket that this opens.
  const webSockets = new (watchedWebSocketServer(heartbeat, scheduler, parts.rate, maxText))();
  const connections = new Map<ConnectionId, OpenConnection>();
  const { coordinator, reconcile, openClaim, ...kernel } = createKernel<User, UserView>({
    domain: createUserDomain(settings.graceMs),
    store,
    bus: bus as MessageBus<StateChange<UserView>>,
    lease,
    scheduler,
    counters,
    logger,
  });
  const onFault = createFaultLog(logger, 'error', 'A message could not be handled. It is dropped.');
  const onListFault = createFaultLog(logger, 'error', 'The list of users could not be read or cleaned up.');
  const onLookFault = createFaultLog(logger, 'warn', 'A record could not be read again; it is retried.');
  const list = createUserList((limit) => listNames(store, limit, settings.graceMs, forgetName), onListFault);
  const handleLogin = createLoginHandler({
    ...parts,
    coordinator,
    onLogin: ({ id }) => connections.get(id)?.registered.seat(),
  });
  const offers = createByteBudget(ringingOffers, scheduler, logger);
  const handlers = createUserHandlers({
    ...parts,
    coordinator,
    calls: createCallHandler({ coordinator, bus, offers }),
    list,
    handleLogin,
  });
  let isClosing = false;

  /** A name without a record changes only by a fencing write, which takes it off the index. */
  function forgetName(name: string): void {
    coordinator.transact([name], () => unchanged(undefined), { isFencing: true }).catch(onListFault);
  }

  function open(socket: WebSocket, request: IncomingMessage): void {
    const session = new UserSession({
      socket,
      node: lease.node,
      address: parts.addressOf(request),
      logger,
      onRefused: (code) => {
        counters.count('refusals', 'code', code);
      },
      openClaim,
      onUnknownHold: (name) => {
        queue.push(async () => {
          if (session.user?.name === name) await reconcile(name);
          // Its client was told that the login failed, and may ask again: a call goes on until the grace time is over.
          else await coordinator.transact([name], vanish({ name, connection: session.id }, settings.graceMs));
        });
      },
      onLook: (name) => {
        reconcile(name).catch((cause: unknown) => onLookFault(cause, { id: wireId(session.id) }));
      },
    });
    const { log } = session;
    const queue = new EventQueue((cause) => {
      onFault(cause, { id: wireId(session.id) });
    });
    const registered = parts.connections.add(session.address, session);
    const probe = createProbe(socket, scheduler);
    connections.set(session.id, { probe, registered, queue });
    const detach = bus.attach(session.id, (payload) => {
      session.receive(payload);
    });
    log.debug('user connected');

    function receive(data: RawData, isBinary: boolean): void {
      if (session.isOver) return;
      if (isBinary) return session.refuse(userRefusals.binary());
      const text = (data as Buffer).toString();
      const handle = (): void | Promise<void> => {
        if (!session.isOver) return handlers.handle(session, text);
      };
      if (queue.isIdle) {
        const begun = handle();
        if (begun) queue.waitFor(begun);
      } else if (!queue.push(handle, () => Buffer.byteLength(text))) session.close(userRefusals.tooMany());
    }

    function handleClose(code: number): void {
      log.debug({ code }, 'user disconnected');
      registered.remove();
      void queue.whenEnded().then(() => connections.delete(session.id));
      queue.end(async () => {
        detach();
        list.forget(session);
        if (isClosing) session.claim.close();
        else await handlers.leave(session, code === closeCodes.normal ? 'closed' : 'dropped', probe.silentMs);
      });
    }

    // [U29]
    socket.on(tooFast, (isOver: boolean) => {
      const refusal = userRefusals.tooFast(parts.rate.events);
      if (isOver) session.close(refusal, closeCodes.tryAgainLater);
      else session.refuse(refusal);
    });
    socket.on('message', guard(onFault, 'message', receive));
    socket.on('close', guard(onFault, 'close', handleClose));
    // The transport's limits.
    socket.on('error', (cause) => {
      log.debug({ err: cause }, 'A connection exceeded the limits of the transport.');
    });
    // [U1]
    session.send('Hello world');
  }

  // One that is not here any more holds nothing. What a node that closes has held is not yielded. [U31]
  bus.answerProbes(async (holder) => {
    const connection = connections.get(holder as ConnectionId);
    if (isClosing || (await connection?.probe.isAlive())) return true;
    // What follows from its close comes first: a client that logs out is not away. [U22]
    await connection?.queue.whenEnded();
    return false;
  });

  return {
    kept: kernel.kept,
    handleUpgrade(request, socket, head) {
      if (!admission.isAllowed(request)) {
        parts.onOriginRefused(request.headers.origin);
        return refuseUpgrade(socket, '403 Forbidden');
      }
      const seconds = parts.connections.waitSeconds(parts.addressOf(request));
      if (seconds !== undefined) return refuseSocket(socket, seconds);
      webSockets.handleUpgrade(request, socket, head, guard(onFault, 'connection', open));
    },
    announceLeaving: (name, token) => coordinator.transact([name], announceLeaving(name, token)),
    close() {
      isClosing = true;
      list.close();
      kernel.close();
      for (const socket of webSockets.clients)
        socket.close(closeCodes.goingAway, 'The server is going away.');
    },
  };
}
