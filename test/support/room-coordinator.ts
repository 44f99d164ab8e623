// A coordinator of rooms on a memory store that fails when the test says so, with sessions that hold seats in it. Needs
// fake timers.
import { afterEach, beforeEach, vi } from 'vitest';
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { singleNodeLease, type NodeLease } from '../../server/cluster/node-lease.js';
import type { NodeId } from '../../server/cluster/address.js';
import type { StateChange } from '../../server/kernel/claim.js';
import { createKernel } from '../../server/kernel/kernel.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore, TransactOptions } from '../../server/kernel/record-store.js';
import { createCounters } from '../../server/observability/counters.js';
import { enter, type Entrant, type Entry } from '../../server/rooms/enter-rules.js';
import { createRoomDomain, onRoom, roomRecords } from '../../server/rooms/room-domain.js';
import type { RoomPayload } from '../../server/rooms/room-record.js';
import type { RoomView } from '../../server/rooms/room-view.js';
import type { Room, RoomRule } from '../../server/rooms/room.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createLogBook } from './log-book.js';
import { openSession, type OpenSession } from './open-session.js';
import { entrant, graceMs } from './seats.js';

export interface Faults {
  /** The lease of this node. */
  isValid: boolean;
  /** Each transaction fails, and changes nothing. */
  fault: Error | undefined;
  /** So many of the next transactions are done, and their replies are lost. */
  lost: number;
  /** The next transaction tells that the reply to an earlier write of it was lost. */
  hadUnknownWrite: boolean;
  answerMs: number;
  /** Messages to connections are lost. */
  isBusCut: boolean;
}

export interface Asked {
  key: string;
  isFencing: boolean;
}

/** @param node of a cluster; absent: a single node. @param maxAbandoned see `CoordinatorParts` */
export function createFaultyCoordinator(node?: NodeId, maxAbandoned?: number) {
  const faults: Faults = {
    isValid: true,
    fault: undefined,
    lost: 0,
    hadUnknownWrite: false,
    answerMs: 0,
    isBusCut: false,
  };
  const asked: Asked[] = [];
  const load = { running: 0, mostAtOnce: 0 };
  let skippedMs = 0;
  const clock = (): number => performance.now() + skippedMs;
  const memory = createMemoryRecordStore(roomRecords, clock);
  const store: RecordStore<Room> = {
    ...memory,
    async transact(keys, change, options: TransactOptions = {}) {
      for (const key of keys) asked.push({ key, isFencing: options.isFencing === true });
      load.mostAtOnce = Math.max(load.mostAtOnce, ++load.running);
      if (faults.answerMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.answerMs));
      load.running--;
      if (faults.fault) throw faults.fault;
      const committed = await memory.transact(keys, change, options);
      if (faults.lost > 0) {
        faults.lost--;
        throw new Error('The reply is lost.');
      }
      const { hadUnknownWrite } = faults;
      faults.hadUnknownWrite = false;
      return { ...committed, ...(hadUnknownWrite && { hadUnknownWrite }) };
    },
  };
  const memoryBus = createMemoryMessageBus<RoomPayload>();
  const bus: MessageBus<RoomPayload> = {
    ...memoryBus,
    send(address, payload, delivery) {
      if (!faults.isBusCut) memoryBus.send(address, payload, delivery);
    },
    onLoss(listener) {
      losesMessages = listener;
    },
  };
  let losesMessages = (): void => {};
  let expires: (other: NodeId) => void = () => {};
  let reclaims = (): Promise<void> => Promise.resolve();
  let epoch = 1;
  const lease: NodeLease = {
    ...singleNodeLease,
    node,
    get epoch() {
      return epoch;
    },
    isValid: () => faults.isValid,
    onExpired(listener) {
      expires = listener;
    },
    onNewEpoch(reclaim) {
      reclaims = reclaim;
    },
  };
  const counters = createCounters();
  const { logger, lines } = createLogBook('warn');
  const scheduler = createScheduler((cause) => {
    throw cause;
  }, clock);
  const { coordinator, reconcile, openClaim, ...kernel } = createKernel<Room, RoomView>({
    domain: createRoomDomain(graceMs),
    store,
    bus: bus as MessageBus<StateChange<RoomView>>,
    lease,
    scheduler,
    counters,
    logger,
    ...(maxAbandoned !== undefined && { maxAbandoned }),
  });
  const unknownHolds: string[] = [];

  function connect(peer: string): OpenSession {
    const open = openSession(peer, {
      openClaim,
      onUnknownHold: (key) => unknownHolds.push(`${peer} in ${key}`),
    });
    bus.attach(open.session.id, (payload) => {
      open.session.receive(payload);
    });
    return open;
  }

  /** As the handler of `create or join` asks and grants. */
  async function ask({ session: { claim } }: OpenSession, key: string, who: Entrant): Promise<Entry> {
    claim.ask(key);
    const request = coordinator.request<Entry>(claim, {
      keys: [key],
      rule: onRoom(enter(who, graceMs)),
      granted: (outcome) => {
        if ('role' in outcome) claim.grant(outcome.status === 'resumed' ? outcome.known : undefined);
      },
    });
    return request.finally(() => {
      claim.settle();
    });
  }

  return {
    faults,
    asked,
    load,
    bus,
    counters,
    coordinator,
    reconcile,
    lines,
    unknownHolds,
    connect,
    ask,
    /** Somebody who has a seat. */
    async enter(peer: string, key: string, extras: Parameters<typeof entrant>[1] = {}): Promise<OpenSession> {
      const open = connect(peer);
      await ask(open, key, entrant(peer, extras));
      return open;
    },
    /** Messages to this node may have been lost. */
    loseMessages: () => losesMessages(),
    /** The lease of another node has expired. */
    expire: (other: NodeId) => expires(other),
    /** This node's lease has expired, and a new epoch has begun; also: it is tried again in the same one. */
    beginEpoch(next: number): Promise<void> {
      epoch = next;
      return reclaims();
    },
    transact: (key: string, rule: RoomRule): Promise<void> => coordinator.transact([key], onRoom(rule)),
    /** As another node writes it, which tells this one nothing. */
    async overwrite(key: string, room: Room): Promise<void> {
      await memory.transact([key], () => ({ states: new Map([[key, room]]), outcome: undefined }));
    },
    async roomAt(key: string): Promise<Room> {
      const { outcome } = await memory.transact([key], (states) => {
        return { states: new Map(), outcome: states.get(key) ?? roomRecords.none };
      });
      return outcome;
    },
    /** The clock jumps ahead; what falls due runs when time passes again. */
    jumpAhead(ms: number): void {
      skippedMs += ms;
    },
    closeKernel: kernel.close,
    close() {
      kernel.close();
      scheduler.close();
    },
  };
}

export type FaultyCoordinator = ReturnType<typeof createFaultyCoordinator>;

/** One for each test of a file, on fake timers. @param give is called before each test */
export function useFaultyCoordinator(give: (scene: FaultyCoordinator) => void): void {
  let scene: FaultyCoordinator;
  beforeEach(() => {
    vi.useFakeTimers();
    scene = createFaultyCoordinator();
    give(scene);
  });
  afterEach(() => {
    scene.close();
    vi.useRealTimers();
  });
}
