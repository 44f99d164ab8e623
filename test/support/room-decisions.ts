// Runs one rule on one room the way the server does: through the coordinator, with a session for each connection that
// holds a seat. Gives back the room, the outcome, and what each connection was told.
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import type { StateChange } from '../../server/kernel/claim.js';
import type { Coordinator } from '../../server/kernel/coordinator.js';
import { createKernel } from '../../server/kernel/kernel.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { DeadConnection, RecordStore } from '../../server/kernel/record-store.js';
import { createCounters } from '../../server/observability/counters.js';
import { createLogger } from '../../server/observability/logger.js';
import type { WireEvent } from '../../server/protocol/room-events.js';
import { createRoomDomain, onRoom, roomRecords } from '../../server/rooms/room-domain.js';
import type { RoomPayload } from '../../server/rooms/room-record.js';
import type { RoomSession } from '../../server/rooms/room-session.js';
import { viewOf, type RoomView } from '../../server/rooms/room-view.js';
import { seatsOf, type PeerId, type Room, type RoomRule, type Seat } from '../../server/rooms/room.js';
import { createHeldClock } from './held-clock.js';
import { schedulerOn } from './held-scheduler.js';
import { openSession } from './open-session.js';
import { graceMs, now as usualNow } from './seats.js';

/** The channel of every scene. */
export const key = 'test';

/** Of the room before the rule runs. */
export const versionBefore = 100;

/** What one connection was told, and how it stands then. */
export interface Told {
  to: PeerId;
  events: WireEvent[];
  link: PeerId | null;
  /** The client has its time to acknowledge the other's Bye. */
  awaitsAck?: true;
  closed?: 'for good' | 'for reconnect';
}

export interface Decided<Outcome = void> {
  room: Room;
  /** The asker first. A connection for which nothing has changed is not in it. */
  told: Told[];
  outcome: Outcome;
}

export interface Act<Outcome = void> {
  rule: RoomRule<Outcome>;
  /** Whose wish it is. */
  asker?: string;
  /** A connection that is closed already. */
  gone?: string;
}

export interface SceneOptions {
  now?: number;
  dead?: readonly DeadConnection[];
  /** Closed already. */
  gone?: readonly (string | undefined)[];
  /** Connections of this node that others took for dead, and whose seats are away therefore. */
  presumedDead?: readonly string[];
  /** The seats were written by a node of the release before. */
  isWithoutTenancies?: boolean;
}

export interface RoomScene {
  coordinator: Coordinator<Room, RoomView>;
  reconcile(): Promise<void>;
  store: RecordStore<Room>;
  /** The session of this connection; a new one if it has none. */
  connect(peer: string): RoomSession;
  /** The session of a connection that holds a seat. */
  sessionOf(peer: string | undefined): RoomSession | undefined;
  /** The room as it is stored. */
  room(): Promise<Room>;
  told(): Told[];
}

interface Follower {
  session: RoomSession;
  told(): Told | undefined;
}

export async function createRoomScene(before: Room, options: SceneOptions = {}): Promise<RoomScene> {
  const { now = usualNow, dead = [], gone = [], presumedDead = [], isWithoutTenancies = false } = options;
  const seeded = isWithoutTenancies ? before : withTenancies(before);
  /** By those who do not know that others took them for dead. */
  const seen = eachSeat(seeded, (seat) =>
    presumedDead.includes(seat.peer) ? { ...seat, presence: 'here' } : seat,
  );
  const memory = createMemoryRecordStore(roomRecords, () => now);
  await memory.transact([key], () => ({ states: new Map([[key, seeded]]), outcome: undefined }), {
    newerThan: versionBefore - 1,
  });
  const store: RecordStore<Room> = {
    ...memory,
    transact: (keys, change, transactOptions) =>
      memory.transact(keys, (states, moment) => change(states, moment, dead), transactOptions),
  };
  const bus = createMemoryMessageBus<RoomPayload>();
  const { coordinator, reconcile, openClaim } = createKernel<Room, RoomView>({
    domain: createRoomDomain(graceMs),
    store,
    bus: bus as MessageBus<StateChange<RoomView>>,
    lease: singleNodeLease,
    scheduler: schedulerOn(createHeldClock()),
    counters: createCounters(),
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
  });
  const followers = new Map<string, Follower>();
  /** In the order in which they were told. */
  const concerned = new Set<Follower>();

  function connect(peer: string): RoomSession {
    const known = followers.get(peer);
    if (known) return known.session;
    let linkBefore: PeerId | null = null;
    let wasAwaitingAck = false;
    const open = openSession(peer, {
      openClaim: (address, events) =>
        openClaim(address, {
          ...events,
          onChange(was, is) {
            concerned.add(follower);
            events.onChange(was, is);
          },
        }),
    });
    const { session } = open;
    bus.attach(session.id, (payload) => {
      session.receive(payload);
    });
    const follower: Follower = {
      session,
      told() {
        const { closed, awaitsAck } = open;
        const { id: to, link } = session;
        const events = open.heard as WireEvent[];
        if (events.length === 0 && link === linkBefore && closed === undefined) return undefined;
        const isAwaitingAck = awaitsAck && !wasAwaitingAck;
        return { to, events, link, ...(isAwaitingAck && { awaitsAck: true }), ...(closed && { closed }) };
      },
    };
    followers.set(peer, follower);
    const view = viewOf(presumedDead.includes(peer) ? seen : seeded, peer);
    if (!view) return session;
    open.sit(key, view, versionBefore);
    linkBefore = session.link;
    wasAwaitingAck = open.awaitsAck;
    concerned.clear();
    return session;
  }

  for (const { seat } of seatsOf(seeded)) {
    const isConnected = seat.presence === 'here' || presumedDead.includes(seat.peer);
    if (isConnected && !gone.includes(seat.peer)) connect(seat.peer);
  }

  return {
    coordinator,
    reconcile: () => reconcile(key),
    store,
    connect,
    sessionOf: (peer) => (peer === undefined ? undefined : followers.get(peer)?.session),
    async room() {
      const { outcome } = await memory.transact([key], (states) => {
        return { states: new Map(), outcome: states.get(key) ?? roomRecords.none };
      });
      return outcome;
    },
    told: () => [...concerned].flatMap((follower) => follower.told() ?? []),
  };
}

/** What the rule makes of the room. Tenancies are left out: they have tests of their own. */
export async function decide<Outcome>(
  before: Room,
  { rule, asker, gone }: Act<Outcome>,
  options: SceneOptions = {},
): Promise<Decided<Outcome>> {
  const scene = await createRoomScene(before, { ...options, gone: [...(options.gone ?? []), gone] });
  const session = scene.sessionOf(asker);
  const outcome = await scene.coordinator.transact([key], onRoom(rule), session && { asker: session.claim });
  return { room: withoutTenancies(await scene.room()), told: scene.told(), outcome };
}

function withTenancies(room: Room): Room {
  return eachSeat(room, (seat, place) => ({ tenancy: place, ...seat }));
}

export function withoutTenancies(room: Room): Room {
  return eachSeat(room, ({ tenancy: _tenancy, ...seat }) => seat);
}

function eachSeat(room: Room, change: (seat: Seat, place: number) => Seat): Room {
  switch (room.phase) {
    case 'empty':
      return room;
    case 'waiting':
      return { ...room, initiator: change(room.initiator, 1) };
    case 'paired':
      return { ...room, initiator: change(room.initiator, 1), joiner: change(room.joiner, 2) };
    case 'parting':
      return { ...room, remaining: change(room.remaining, 1) };
  }
}
