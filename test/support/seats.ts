// Rooms and seats as the rules see them, for tables: ann is the initiator, bob the joiner, cy a stranger.
import { hashToken } from '../../server/transport/hash-token.js';
import type { TokenHash } from '../../server/protocol/resume-tokens.js';
import type { Entrant } from '../../server/rooms/enter-rules.js';
import { emptyRoom, type PeerId, type Room, type Seat } from '../../server/rooms/room.js';
import { announceLeaving } from '../../server/rooms/room-rules.js';
import type { Act, Decided, Told } from './room-decisions.js';

/** The grace time of every table, and the moment at which its rules run. */
export const graceMs = 30_000;
export const now = 1_000_000;
export const graceEnd = now + graceMs;

export type SeatExtras = Partial<
  Pick<Seat, 'channel' | 'me' | 'attempt' | 'isUnmet' | 'leavingAt' | 'tenancy'>
> & {
  /** In words, not as hashes. */
  secrets?: string[];
};

function seatOf(peer: string, { secrets, ...extras }: SeatExtras) {
  return {
    peer: peer as PeerId,
    channel: 'Test',
    ...extras,
    ...(secrets && { secrets: secrets.map(hashToken) }),
  };
}

export function here(peer: string, extras: SeatExtras = {}): Extract<Seat, { presence: 'here' }> {
  return { ...seatOf(peer, extras), presence: 'here' };
}

export function away(
  peer: string,
  until = graceEnd,
  extras: SeatExtras = {},
): Extract<Seat, { presence: 'away' }> {
  return { ...seatOf(peer, extras), presence: 'away', until };
}

/** Somebody who asks to enter; secrets in words. */
export function entrant(
  peer: string,
  { seat, next, ...extras }: Partial<Omit<Entrant, 'peer'>> & { seat?: string; next?: string } = {},
): Entrant {
  return {
    peer: peer as PeerId,
    channel: 'Test',
    ...extras,
    ...(seat !== undefined && { token: hashToken(seat) }),
    ...(next !== undefined && { nextToken: hashToken(next) }),
  };
}

/** Without a secret, and with one. */
export const ann = here('ann');
export const bob = here('bob');
export const keptAnn = here('ann', { secrets: ['a1'] });
export const keptBob = here('bob', { secrets: ['b1'] });

export const waiting = (initiator: Seat): Room => ({ phase: 'waiting', initiator });
export const paired = (initiator: Seat, joiner: Seat): Room => ({ phase: 'paired', initiator, joiner });
export const annRemains = (remaining: Seat = ann): Room => ({
  phase: 'parting',
  remaining,
  role: 'initiator',
});
export const bobRemains = (remaining: Seat = bob): Room => ({ phase: 'parting', remaining, role: 'joiner' });

/** A room that still knows whose seats a Bye has ended; secrets in words, one list a seat. */
export function afterBye(room: Room, secrets: string[][], until = graceEnd): Room {
  return { ...room, ended: secrets.map((words) => ({ secrets: words.map(hashToken), until })) };
}

/** Every phase, with seats that are here, away, kept or not. */
export const everyRoom: Record<string, Room> = {
  empty: emptyRoom,
  'empty after a Bye': afterBye(emptyRoom, [['a1'], ['b1']]),
  'empty after a leave': { ...emptyRoom, left: [{ me: 'ia', attempt: 5, until: graceEnd }] },
  waiting: waiting(ann),
  'waiting, away': waiting(away('ann', graceEnd, { secrets: ['a1'] })),
  paired: paired(ann, bob),
  'paired, kept': paired(keptAnn, keptBob),
  'paired, one away': paired(keptAnn, away('bob', graceEnd, { secrets: ['b1'] })),
  'paired, both away': paired(
    away('ann', graceEnd, { secrets: ['a1'] }),
    away('bob', graceEnd, { secrets: ['b1'] }),
  ),
  'paired, one silent': paired(keptAnn, {
    ...away('bob', graceEnd, { secrets: ['b1'] }),
    silentSince: now - 1,
  }),
  'paired, unmet': paired(away('ann', graceEnd, { secrets: ['a1'], isUnmet: true }), bob),
  'parting, the initiator remains': annRemains(),
  'parting, the joiner remains': bobRemains(keptBob),
};

export interface Row {
  fact: string;
  room: Room;
  act: Act;
  decision: Decided;
}

export function row(fact: string, room: Room, act: Act, decision: Decided): Row {
  return { fact, room, act, decision };
}

/** A page announces that it closes; secret in words. Whether it fits a seat is left out. */
export const announces = (secret: string): Act => ({
  rule: (room, moment) => ({ ...announceLeaving(hashToken(secret))(room, moment), outcome: undefined }),
});

/** Nobody is told anything, and the room is this one. */
export const nothing = (room: Room): Decided => ({ room, told: [], outcome: undefined });

export const becomes = (room: Room, ...told: Told[]): Decided => ({ room, told, outcome: undefined });

/** What one peer is told. By default it is linked to nobody then. */
export function tells(
  peer: string,
  events: Told['events'],
  { link = null, ...rest }: Partial<Omit<Told, 'to' | 'events' | 'link'>> & { link?: string | null } = {},
): Told {
  return { to: peerId(peer), events, link: link === null ? null : peerId(link), ...rest };
}

/** Its connection is ended for good, without a word. */
export const ends = (peer: string): Told => tells(peer, [], { closed: 'for good' });

/** Its connection is closed, so that the client comes back and asks. */
export const comesBack = (peer: string): Told => tells(peer, [], { closed: 'for reconnect' });

export const peerId = (peer: string): PeerId => peer as PeerId;

export const hash = (secret: string): TokenHash => hashToken(secret);
