// What a channel does, said a second time and in another way, for the property test to compare the server with.
import type { EnterOptions } from '../../server/protocol/room-events.js';
import {
  about,
  arrive,
  describe,
  isHere,
  otherThan,
  placeOf,
  roleOf,
  secretsIn,
  tell,
  yieldingIn,
  type ModelAnswer,
  type ModelPeer,
  type ModelRoom,
  type Place,
} from './room-places.js';

export type { ModelPeer } from './room-places.js';

const reloadMs = 5000;

export function createRoomModel(graceMs: number, yieldMs: number, onYield: () => void) {
  const rooms = new Map<string, ModelRoom>();
  let now = 0;

  const roomOf = (channel: string): ModelRoom => {
    const room = rooms.get(channel) ?? {
      places: [],
      isParting: false,
      joinerOnly: false,
      over: [],
      left: [],
    };
    rooms.set(channel, room);
    return room;
  };
  const refuse = (peer: ModelPeer, event: string, code: string): ModelAnswer => {
    peer.heard.push(['refused', event, code]);
    return { status: 'refused', peer: null, code };
  };

  /** Nobody sits there any more; those whose places a Bye has ended are remembered. */
  function finish(room: ModelRoom, ...ended: Place[]): void {
    Object.assign(room, { places: [], isParting: false, joinerOnly: false });
    remember(room, ...ended);
  }

  function remember(room: ModelRoom, ...ended: Place[]): void {
    for (const { secrets } of ended)
      if (secrets.length > 0) room.over.push({ secrets, until: now + graceMs });
    room.over = room.over.slice(-16);
  }

  function free(channel: string, place: Place): void {
    const room = roomOf(channel);
    const stays = otherThan(room, place);
    if (!stays) return finish(room);
    const isPromoted = roleOf(room, place) === 'initiator';
    room.places = [stays];
    tell(stays, ['peer gone']);
    if (isPromoted) tell(stays, ['created', channel, stays.holder.id]);
    tell(stays, ['bye', channel]);
  }

  function join(peer: ModelPeer, channel: string, asked: EnterOptions): ModelAnswer {
    const event = 'create or join';
    if (peer.channel !== undefined && peer.channel !== channel) return refuse(peer, event, 'has-seat');
    const room = roomOf(channel);
    const { seat, me, attempt = Infinity } = asked;
    const sits = placeOf(room, peer);
    if (sits) {
      const role = roleOf(room, sits);
      const status = role === 'initiator' ? 'created' : 'joined';
      peer.heard.push([status, channel, peer.id]);
      return { status, role, peer: describe(otherThan(room, sits)) };
    }
    const isLate = ({ asked: then }: Place): boolean =>
      me !== undefined && then.me === me && attempt <= (then.attempt ?? -1);
    const own = room.places.find(({ secrets }) => seat !== undefined && secrets.includes(seat));
    const isItself = own?.asked.me === me;
    const hasLeft = !isItself && room.left.some((one) => one.me === me && attempt <= one.attempt);
    if (hasLeft || (isItself && own ? [own] : room.places).some(isLate)) return refuse(peer, event, 'stale');
    if (own && room.isParting) {
      if (isHere(own)) own.holder.isOver = true;
      finish(room, own);
      return refuse(peer, event, 'ended');
    }
    if (own) return comeBack(peer, channel, own, asked);
    if (room.over.some(({ secrets }) => seat !== undefined && secrets.includes(seat))) {
      return refuse(peer, event, 'ended');
    }
    if (room.places[1] || room.isParting) {
      const [next] = yieldingIn(room, yieldMs);
      if (!next || next.at > now) {
        peer.heard.push(['full', channel]);
        return { status: 'full', peer: null, ...(next && { retryInMs: next.at - now }) };
      }
      free(channel, next.place);
      onYield();
    }
    const [first] = room.places;
    const place: Place = { holder: peer, asked, secrets: secretsIn(asked) };
    room.places.push(place);
    peer.channel = channel;
    if (!first) {
      tell(place, ['created', channel, peer.id]);
      return { status: 'created', role: 'initiator', peer: null };
    }
    tell(place, ['joined', channel, peer.id]);
    if (isHere(first)) {
      tell(place, ['ready', channel, about(first.asked)]);
      tell(first, ...arrive(channel, place));
    } else first.hasNews = true;
    return { status: 'joined', role: 'joiner', peer: describe(first) };
  }

  function comeBack(peer: ModelPeer, channel: string, before: Place, asked: EnterOptions): ModelAnswer {
    const room = roomOf(channel);
    const other = otherThan(room, before);
    const role = roleOf(room, before);
    if (isHere(before)) {
      before.holder.heard.push(['taken-over']);
      before.holder.isOver = true;
    }
    const place: Place = { holder: peer, asked, secrets: secretsIn(asked) };
    room.places = room.places.map((each) => (each === before ? place : each));
    peer.channel = channel;
    if (other) {
      tell(other, ['peer back', about(asked)]);
      if (before.hasNews) {
        tell(place, ...arrive(channel, other));
        tell(other, ['ready', channel, about(asked)]);
      }
    }
    return { status: 'resumed', role, peer: describe(other) };
  }

  /** Whoever speaks has to sit in the channel that it names. */
  function speak(peer: ModelPeer, channel: string, event: string, then: (own: Place) => void): void {
    if (peer.isOver) return;
    if (peer.channel === undefined) refuse(peer, event, 'no-seat');
    else if (peer.channel !== channel) refuse(peer, event, 'wrong-channel');
    else {
      const own = placeOf(roomOf(channel), peer);
      if (own) then(own);
    }
  }

  function message(peer: ModelPeer, channel: string, text: string): void {
    speak(peer, channel, 'message', (own) => {
      tell(otherThan(roomOf(channel), own), ['message', text]);
    });
  }

  function bye(peer: ModelPeer, channel: string): void {
    speak(peer, channel, 'Bye', (own) => {
      const room = roomOf(channel);
      const other = otherThan(room, own);
      peer.isOver = true;
      if (!other) return finish(room, own);
      if (!isHere(other)) return finish(room, own, other);
      const joinerOnly = roleOf(room, other) === 'joiner';
      Object.assign(room, { places: [other], isParting: true, joinerOnly });
      remember(room, own);
      tell(other, ['Bye', { reason: 'said' }]);
    });
  }

  /** @param asked with a secret: also for a seat of another connection */
  function quit(peer: ModelPeer, channel: string, { seat, me, attempt = -1 }: EnterOptions): ModelAnswer {
    if (peer.isOver) return { status: 'nothing', peer: null };
    if (peer.channel === undefined && seat === undefined) return refuse(peer, 'leave', 'no-seat');
    if (peer.channel !== undefined && peer.channel !== channel) return refuse(peer, 'leave', 'wrong-channel');
    const room = roomOf(channel);
    const sits = placeOf(room, peer);
    const place = sits ?? room.places.find(({ secrets }) => seat !== undefined && secrets.includes(seat));
    if (!place) return { status: 'left', peer: null };
    const { asked } = place;
    const isSame = me !== undefined && me === asked.me;
    if (!sits && isSame && attempt <= (asked.attempt ?? -1)) return refuse(peer, 'leave', 'stale');
    if (isHere(place)) place.holder.isOver = true;
    if (room.isParting) {
      finish(room, place);
      return { status: 'left', peer: null };
    }
    free(channel, place);
    const last = Math.max(asked.attempt ?? -1, isSame ? attempt : -1);
    if (asked.me !== undefined && last >= 0) {
      room.left = room.left.filter((one) => one.me !== asked.me);
      room.left = [...room.left, { me: asked.me, attempt: last, until: now + graceMs }].slice(-16);
    }
    return { status: 'left', peer: null };
  }

  function ack(peer: ModelPeer): void {
    const room = roomOf(peer.channel ?? '');
    const own = placeOf(room, peer);
    if (peer.isOver || !own || !room.isParting) return;
    peer.isOver = true;
    finish(room, own);
  }

  function vanish(peer: ModelPeer, silentMs = 0): void {
    const isKnown = peer.isOver;
    peer.isOver = true;
    if (isKnown || peer.channel === undefined) return;
    const room = roomOf(peer.channel);
    const own = placeOf(room, peer);
    if (!own) return;
    if (room.isParting) return finish(room, own);
    if (own.secrets.length === 0) return free(peer.channel, own);
    own.silentSince = now - silentMs;
    own.until = now + graceMs;
    if (own.leftAt !== undefined && now < own.leftAt + reloadMs) {
      own.until = Math.min(own.until, own.leftAt + reloadMs);
    }
    delete own.leftAt;
    tell(otherThan(room, own), ['peer away']);
  }

  function leave(channel: string, secret: string): void {
    const own = roomOf(channel).places.find(({ secrets }) => secrets.includes(secret));
    if (own && isHere(own)) own.leftAt = now;
    if (own?.until !== undefined) own.until = Math.min(own.until, now + reloadMs);
  }

  function pass(ms: number): void {
    now += ms;
    for (const [channel, room] of rooms) {
      room.over = room.over.filter(({ until }) => until > now);
      room.left = room.left.filter(({ until }) => until > now);
      for (const place of [...room.places]) if ((place.until ?? Infinity) <= now) free(channel, place);
    }
  }

  return {
    join,
    message,
    bye,
    quit,
    ack,
    vanish,
    leave,
    pass,
    /** The connections that sit there. */
    seatsIn: (channel: string) =>
      roomOf(channel)
        .places.filter(isHere)
        .map(({ holder }) => holder.id),
  };
}
