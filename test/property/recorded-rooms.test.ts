// Everything that the rules of release 1 told in a room, transition by transition: the new rules and `eventsBetween` tell
// the same.
import { expect, test } from 'vitest';
import type { Moment } from '../../server/kernel/record-store.js';
import type { WireEvent } from '../../server/protocol/room-events.js';
import type { TokenHash } from '../../server/protocol/resume-tokens.js';
import { enter, type Entrant, type Entry } from '../../server/rooms/enter-rules.js';
import { createRoomDomain, onRoom } from '../../server/rooms/room-domain.js';
import { acknowledge, announceLeaving, reclaim, sayBye, vanish } from '../../server/rooms/room-rules.js';
import { entered, eventsBetween, linkOf, viewOf, type RoomView } from '../../server/rooms/room-view.js';
import {
  decided,
  seatsOf,
  type PeerId,
  type Room,
  type RoomDecision,
  type RoomRule,
  type Seat,
} from '../../server/rooms/room.js';
import { follow, readRecorded, recordedAt, replay } from '../support/recorded.js';

const graceMs = 12_000;
const domain = createRoomDomain(graceMs);
const channel = 'red';

/** The clients a and b have resume tokens, a and c client instance ids; a1 is the first connection of a. */
function clientOf(peer: string): Pick<Entrant, 'peer' | 'channel' | 'me' | 'token'> {
  const [client = ''] = peer;
  return {
    peer: peer as PeerId,
    channel: `red-${client}`,
    ...(client !== 'b' && { me: `${client}-me` }),
    ...(client !== 'c' && { token: `s-${client}` as TokenHash }),
  };
}

/** `a1`, `a1~8000`: away until then, `!`: unmet, `^0`: its page has announced that it closes. */
function seatOf(text: string, tenancy: number): Seat {
  const [, peer = '', until, isUnmet, leavingAt] = /^(\w+)(?:~(-?\d+))?(!)?(?:\^(-?\d+))?$/.exec(text) ?? [];
  const { token, ...client } = clientOf(peer);
  const seat = {
    ...client,
    tenancy,
    ...(token && { secrets: [token] }),
    ...(isUnmet && { isUnmet: true as const }),
    ...(leavingAt && { leavingAt: recordedAt + Number(leavingAt) }),
  };
  return until
    ? { ...seat, presence: 'away', until: recordedAt + Number(until) }
    : { ...seat, presence: 'here' };
}

function roomOf(text: string): Room {
  const [phase, first = '', second = ''] = text.split(' ');
  if (phase === 'waiting') return { phase, initiator: seatOf(first, 1) };
  if (phase === 'paired') return { phase, initiator: seatOf(first, 1), joiner: seatOf(second, 2) };
  if (phase === 'parting') return { phase, remaining: seatOf(first, 1), role: second as 'initiator' };
  return { phase: 'empty' };
}

/** As the record has it, without ended seats and times. */
function shapeOf(room: Room): string {
  const seats = seatsOf(room).map(({ seat }) => {
    return `${seat.peer}${seat.presence === 'away' ? '~' : ''}${seat.isUnmet ? '!' : ''}`;
  });
  return [room.phase, ...seats, ...(room.phase === 'parting' ? [room.role] : [])].join(' ');
}

function ruleOf(op: string, who: string): RoomRule<Entry | undefined> {
  const peer = who as PeerId;
  switch (op) {
    case 'enter':
      return enter(clientOf(who), graceMs);
    case 'bye':
      return quietly(sayBye(peer, graceMs));
    case 'ack':
      return quietly(acknowledge(peer, graceMs));
    case 'vanish':
      return quietly(vanish(peer, graceMs));
    case 'leaving':
      return quietly(announceLeaving(who as TokenHash));
    case 'reassert':
      return quietly((room) => decided(reclaim(room, [peer])));
    default:
      return quietly((room) => decided(room));
  }
}

/** Without an outcome. */
function quietly(rule: (room: Room, moment: Moment) => RoomDecision<unknown>): RoomRule<undefined> {
  return (room, moment) => ({ ...rule(room, moment), outcome: undefined });
}

/** In the words of the record. */
function wordOf([event, ...args]: WireEvent): string {
  const [first, second] = args as [unknown, unknown];
  if (event === 'created' || event === 'joined') return `${event} ${String(second)}`;
  if (event === 'broadcast: joined') return `broadcast ${/client (\S+) joined/.exec(String(first))?.[1]}`;
  if (event === 'ready') return `ready ${(second as { me?: string }).me ?? '-'}`;
  if (event === 'peer back') return `peer-back ${(first as { me?: string }).me ?? '-'}`;
  return event.replace(' ', '-');
}

test('[R2] to [R5], [R10] to [R13], [R21] to [R26], [R32] [R33] every recorded transition tells the same', async () => {
  const recorded = readRecorded('rooms.txt');
  for (const { line, parts } of recorded) {
    const [what = '', before = '', after = '', outcome = '', told = ''] = parts;
    const [op = '', ...rest] = what.split(' ');
    const who = rest.find((word) => /^(\w\d|s-\w)$/.test(word)) ?? '';
    const isAsker = ['enter', 'bye', 'ack', 'vanish'].includes(op);
    const room = roomOf(before);
    const dead = rest.flatMap((word) => (word.startsWith('dead:') ? [word.slice(5)] : []));
    const replayed = await replay<Room, RoomView, Entry | undefined>({
      domain,
      states: new Map([[channel, room]]),
      keys: [channel],
      rule: onRoom(ruleOf(op, who)),
      afterMs: Number(rest.find((word) => word.startsWith('+')) ?? 0),
      dead,
      asker: isAsker ? who : undefined,
      onGranted(claim, entry) {
        if (entry && 'role' in entry) claim.grant(entry.status === 'resumed' ? entry.known : undefined);
      },
    });
    const { outcome: entry } = replayed;
    expect({ line, shape: shapeOf(replayed.after.get(channel) ?? { phase: 'empty' }) }).toEqual({
      line,
      shape: shapeOf(roomOf(after)),
    });
    if (entry) expect({ line, status: entry.status }).toEqual({ line, status: outcome });
    const expected = new Map(told.split(' & ').map((one) => [one.slice(0, one.indexOf(':')), one]));
    for (const peer of new Set([...expected.keys(), ...replayed.passed.keys()])) {
      if (dead.includes(peer)) continue;
      const { events, view, lost } = follow(
        replayed.passed.get(peer) ?? [viewOf(room, peer) ?? undefined],
        eventsBetween,
      );
      const words = events.map(wordOf);
      const isRepeat = peer === who && entry && 'isRepeat' in entry;
      if (isRepeat && view) words.push(wordOf(entered(view)));
      const [, said = '', link, ack, ends] =
        /^\w+: (.*?);(?: link (\w+))?( ack)?( ends)?$/.exec(expected.get(peer) ?? `${peer}: ;`) ?? [];
      const recordedWords = said === '' ? [] : said.split(', ');
      // A connection that is reclaimed is also told what changed meanwhile: release 1 told it later, or never.
      const isReclaimed = op === 'reassert' && peer === who && before.includes(`${peer}~`);
      expect({ line, peer, words: isReclaimed ? words.slice(0, recordedWords.length) : words }).toEqual({
        line,
        peer,
        words: recordedWords,
      });
      if (link) expect({ line, peer, link: String(linkOf(view)) }).toEqual({ line, peer, link });
      expect({ line, peer, ends: lost === 'ended' || lost === 'taken-over' }).toEqual({
        line,
        peer,
        ends: ends !== undefined,
      });
      if (ack) expect({ line, peer, phase: view?.phase }).toEqual({ line, peer, phase: 'parting' });
    }
  }
  expect(recorded.length).toBeGreaterThan(1000);
});
