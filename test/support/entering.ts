// One row of a table about entering a room, and how it is checked: the room, the answer, and what everybody is told.
import { expect } from 'vitest';
import type { WireEvent } from '../../server/protocol/room-events.js';
import { enter, type Entrant, type Entry } from '../../server/rooms/enter-rules.js';
import { onRoom } from '../../server/rooms/room-domain.js';
import type { Room } from '../../server/rooms/room.js';
import {
  createRoomScene,
  key,
  withoutTenancies,
  type Decided,
  type RoomScene,
  type SceneOptions,
  type Told,
} from './room-decisions.js';
import { graceMs } from './seats.js';

/** An outcome without what only the handler needs to know. */
type Answer =
  | Omit<Extract<Entry, { status: 'created' | 'joined' }>, 'isRepeat'>
  | Omit<Extract<Entry, { status: 'resumed' }>, 'known'>
  | Extract<Entry, { status: 'full' | 'ended' | 'stale' }>;

export interface Entering {
  fact: string;
  room: Room;
  who: Entrant;
  becomes: Room;
  told?: Told[];
  outcome: Answer;
}

/** As the handler of `create or join` asks and grants. */
export async function enterScene(
  { connect, coordinator }: RoomScene,
  who: Entrant,
  yieldMs = 0,
): Promise<Entry> {
  const { claim } = connect(who.peer);
  claim.ask(key);
  const request = coordinator.request<Entry>(claim, {
    keys: [key],
    rule: onRoom(enter(who, graceMs, yieldMs)),
    granted: (outcome) => {
      if ('role' in outcome) claim.grant(outcome.status === 'resumed' ? outcome.known : undefined);
    },
  });
  const entry = await request.finally(() => {
    claim.settle();
  });
  if (!('role' in entry)) claim.drop();
  return entry;
}

/** What becomes of the room when this one enters. Tenancies are left out: they have tests of their own. */
export async function enterRoom(
  room: Room,
  who: Entrant,
  { yieldMs, ...options }: SceneOptions & { yieldMs?: number } = {},
): Promise<Decided<Answer>> {
  const scene = await createRoomScene(room, options);
  const entry = await enterScene(scene, who, yieldMs);
  return { room: withoutTenancies(await scene.room()), told: scene.told(), outcome: answerOf(entry) };
}

export async function expectDecision({ room, who, becomes, told = [], outcome }: Entering): Promise<void> {
  expect(await enterRoom(room, who)).toEqual({ room: becomes, told, outcome });
}

function answerOf(entry: Entry): Answer {
  if (entry.status === 'resumed') {
    const { known: _known, ...answer } = entry;
    return answer;
  }
  if (!('role' in entry)) return entry;
  const { isRepeat: _isRepeat, ...answer } = entry;
  return answer;
}

/** What the server says of a joiner, in the words of the book. [R4] */
export function broadcastOf(joiner: string, channel: string): string {
  return `S --> broadcast(): client ${joiner} joined channel ${channel}`;
}

/** What an initiator hears when the joiner is there. [R4] */
export function arrival(joiner: string, me: object = {}, channel = 'Test'): WireEvent[] {
  return [
    ['remotePeerJoining', channel],
    ['join', channel],
    ['broadcast: joined', broadcastOf(joiner, channel)],
    ['ready', channel, me],
  ];
}
