// The room protocol without a transport: the real handlers, rules, kernel and memory, with sockets that only note what is
// emitted, and a clock that is set by hand. Fast enough for thousands of conversations.
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import type { StateChange } from '../../server/kernel/claim.js';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { createKernel } from '../../server/kernel/kernel.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { unchanged } from '../../server/kernel/rule.js';
import { createCounters } from '../../server/observability/counters.js';
import { createLogger } from '../../server/observability/logger.js';
import type {
  EnterAnswer,
  EnterOptions,
  LeaveAnswer,
  LeaveOptions,
} from '../../server/protocol/room-events.js';
import { createEnterHandler } from '../../server/rooms/enter-handler.js';
import { createRoomDomain, onRoom, roomRecords } from '../../server/rooms/room-domain.js';
import { createRoomHandlers } from '../../server/rooms/room-handlers.js';
import type { RoomPayload } from '../../server/rooms/room-record.js';
import { announceLeaving, vanish } from '../../server/rooms/room-rules.js';
import { RoomSession } from '../../server/rooms/room-session.js';
import type { RoomView } from '../../server/rooms/room-view.js';
import type { Room } from '../../server/rooms/room.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createFailureLimiter } from '../../server/transport/failure-limiter.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { probeMs } from '../../server/transport/probe.js';
import { createFakeRoomSocket } from './fake-room-socket.js';
import { noIceServers } from './no-ice-servers.js';
import { noRate } from './no-rate.js';
import type { Heard } from './room-client.js';

export interface TablePeer {
  /** What it heard; of `refused` only event and code. */
  readonly heard: Heard[];
  isOver(): boolean;
  /** Also on a connection that is over: as if the server had not noticed yet. */
  says(event: string, ...args: unknown[]): Promise<void>;
  asks(channel: string, options: EnterOptions): Promise<EnterAnswer>;
  /** @returns undefined: no answer */
  quits(channel: string, options: LeaveOptions): Promise<LeaveAnswer | undefined>;
  vanishes(): Promise<void>;
  /** It does not answer a probe. */
  dies(): Promise<void>;
  /** The transport notices that the server has ended the connection; does nothing if it is known already. */
  end(): Promise<void>;
}

interface TableOptions {
  isDraining?: boolean;
  /** Default: never. */
  yieldMs?: number;
  /** Answers the probes. Default: every connection is alive. */
  probe?: (address: string) => Promise<boolean | undefined>;
}

export function createRoomTable(
  graceMs: number,
  { isDraining = false, yieldMs = 0, probe = () => Promise.resolve(true) }: TableOptions = {},
) {
  let now = 0;
  const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
  const bus = createMemoryMessageBus<RoomPayload>();
  const scheduler = createScheduler((cause) => {
    throw cause;
  });
  const { coordinator, openClaim, ...kernel } = createKernel<Room, RoomView>({
    domain: createRoomDomain(graceMs),
    store: createMemoryRecordStore(roomRecords, () => now),
    bus: bus as MessageBus<StateChange<RoomView>>,
    lease: singleNodeLease,
    scheduler,
    counters: createCounters(),
    logger: log,
  });
  const settings = { heartbeatMs: 10_000, graceMs, yieldMs, maxMessageBytes: 65_536 };
  const failures = createFailureLimiter();
  const handleEnter = createEnterHandler({
    coordinator,
    bus: { isAlive: probe },
    failures,
    iceServers: noIceServers,
    rate: noRate,
    settings,
    isDraining: () => isDraining,
  });
  const handlers = createRoomHandlers({
    coordinator,
    bus,
    handleEnter,
    failures,
    iceServers: noIceServers,
    settings,
    logger: log,
  });
  const sessions = new Set<RoomSession>();

  function connect(id: string): TablePeer {
    const fake = createFakeRoomSocket(id);
    let hasEnded = false;
    const session = new RoomSession({
      socket: fake.socket,
      node: undefined,
      address: '',
      ackTimeoutMs: 0,
      scheduler,
      log,
      onRefused: () => {},
      openClaim,
      onUnknownHold: (channel) => {
        throw new Error(`a seat in ${channel} is held without an answer`);
      },
    });
    const detach = bus.attach(session.id, (payload) => {
      session.receive(payload);
    });
    sessions.add(session);

    async function end(): Promise<void> {
      if (hasEnded) return;
      hasEnded = true;
      fake.isOver = true;
      detach();
      await handlers.leave(session);
      session.close();
      sessions.delete(session);
    }

    async function says(event: string, ...args: unknown[]): Promise<void> {
      await handlers.handle(session, event, args);
    }

    return {
      get heard() {
        return fake.heard.map(shorten);
      },
      isOver: () => fake.isOver,
      says,
      async asks(channel, options) {
        const answers: EnterAnswer[] = [];
        await says('create or join', channel, options, (answer: EnterAnswer) => answers.push(answer));
        const [answer, ...more] = answers;
        if (!answer || more.length > 0) throw new Error(`${answers.length} answers to one request`);
        return answer;
      },
      async quits(channel, options) {
        const answers: LeaveAnswer[] = [];
        // The gateway drops what comes after the end.
        if (!session.isOver)
          await says('leave', channel, options, (answer: LeaveAnswer) => answers.push(answer));
        return answers[0];
      },
      vanishes: end,
      async dies() {
        if (session.channel)
          await coordinator.transact([session.channel], onRoom(vanish(session.id, graceMs, probeMs)));
        await end();
      },
      end,
    };
  }

  return {
    connect,
    async leaves(channel: string, token: string) {
      await coordinator.transact([channel], onRoom(announceLeaving(hashToken(token))));
    },
    /** The clock goes on, and these channels are looked at, as their deadlines do it. */
    async pass(ms: number, channels: readonly string[]) {
      now += ms;
      for (const channel of channels) await coordinator.transact([channel], () => unchanged(undefined));
    },
    seatsIn: (channel: string): string[] =>
      [...sessions].filter(({ channel: own, isOver }) => own === channel && !isOver).map(({ id }) => id),
    close() {
      kernel.close();
      scheduler.close();
    },
  };
}

function shorten([event, ...args]: Heard): Heard {
  if (event !== 'refused') return [event, ...args];
  const { event: refused, code } = args[0] as { event: string; code: string };
  return ['refused', refused, code];
}
