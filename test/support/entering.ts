// One row of a table about entering a room, and how it is checked: the whole decision.
import { expect } from 'vitest';
import type { Notice } from '../../server/rooms/decision.js';
import { enter, type Entrant, type Entry } from '../../server/rooms/enter-rules.js';
import type { Room } from '../../server/rooms/room.js';
import { graceMs, now } from './seats.js';

export interface Entering {
  fact: string;
  room: Room;
  who: Entrant;
  becomes: Room;
  notices?: Notice[];
  outcome: Entry;
}

export function expectDecision({ room, who, becomes, notices = [], outcome }: Entering): void {
  expect(enter(who, graceMs)(room, now)).toEqual({ room: becomes, notices, outcome });
}

/** What the server says of a joiner, in the words of the book. [R4] */
export function broadcastOf(joiner: string, channel: string): string {
  return `S --> broadcast(): client ${joiner} joined channel ${channel}`;
}

/** What an initiator hears when the joiner is there. [R4] */
export function arrival(joiner: string, me: object = {}, channel = 'Test'): Notice['events'] {
  return [
    ['remotePeerJoining', channel],
    ['join', channel],
    ['broadcast: joined', broadcastOf(joiner, channel)],
    ['ready', channel, me],
  ];
}
