// The places of a modelled channel: who sits in them, and the small questions that the model asks of them.
import type { EnterOptions } from '../../server/protocol/room-events.js';
import { broadcastOf } from './entering.js';
import type { Heard } from './room-client.js';

/** One connection of one person. */
export interface ModelPeer {
  id: string;
  channel: string | undefined;
  isOver: boolean;
  heard: Heard[];
}

/** What is answered to a request to enter, without the times and the sentence. */
export interface ModelAnswer {
  status: string;
  peer: object | null;
  role?: string;
  code?: string;
  retryInMs?: number;
}

export interface Place {
  holder: ModelPeer;
  asked: EnterOptions;
  /** What takes it back; none: nothing does. */
  secrets: string[];
  /** Its holder is away until then. */
  until?: number;
  /** And has said nothing since then. */
  silentSince?: number;
  /** When a page has said that it is leaving. */
  leftAt?: number;
  /** Nobody has told its holder yet that the other came. */
  hasNews?: boolean;
}

export interface ModelRoom {
  /** The initiator first, unless `joinerOnly`. */
  places: Place[];
  /** One has said Bye, and the one who sits has not answered. */
  isParting: boolean;
  /** The one who sits has come as the second. */
  joinerOnly: boolean;
  /** What was ended by a Bye. */
  over: { secrets: string[]; until: number }[];
  /** Who has left, and the last number that counts as sent before. */
  left: { me: string; attempt: number; until: number }[];
}

export const isHere = ({ until }: Place): boolean => until === undefined;
export const tell = (place: Place | undefined, ...events: Heard[]): void => {
  if (place && isHere(place)) place.holder.heard.push(...events);
};
export const about = ({ me }: EnterOptions): object => (me === undefined ? {} : { me });
export const describe = (place: Place | undefined) =>
  place ? { id: place.holder.id, ...about(place.asked), presence: isHere(place) ? 'here' : 'away' } : null;
export const placeOf = (room: ModelRoom, peer: ModelPeer) =>
  room.places.find((place) => isHere(place) && place.holder === peer);
export const otherThan = (room: ModelRoom, own: Place) => room.places.find((place) => place !== own);
export const roleOf = (room: ModelRoom, place: Place): string =>
  room.joinerOnly || room.places[1] === place ? 'joiner' : 'initiator';

/** Who is away, and when a stranger can have the place; the first one first. */
export function yieldingIn(
  { places, isParting }: ModelRoom,
  yieldMs: number,
): { place: Place; at: number }[] {
  const away = isParting ? [] : places.filter((place) => !isHere(place));
  const times = away.map((place) => {
    const { until = Infinity, silentSince = Infinity } = place;
    return { place, at: yieldMs === 0 ? until : Math.min(until, silentSince + yieldMs) };
  });
  return times.sort((one, other) => one.at - other.at);
}

/** What an initiator hears when somebody joins it. */
export function arrive(channel: string, joiner: Place): Heard[] {
  return [
    ['remotePeerJoining', channel],
    ['join', channel],
    ['broadcast: joined', broadcastOf(joiner.holder.id, channel)],
    ['ready', channel, about(joiner.asked)],
  ];
}

export function secretsIn({ resume, seat, next }: EnterOptions): string[] {
  if (!resume || seat === undefined) return [];
  return next === undefined ? [seat] : [seat, next];
}
