// What a channel does, said a second time and in another way, for the property test to compare the server with.
import type { Heard } from './room-client.js';

/** One connection of one person. */
export interface ModelPeer {
  id: string;
  channel: string | undefined;
  isOver: boolean;
  heard: Heard[];
}

interface ModelRoom {
  /** Who sits there, the initiator first, unless `joinerOnly`. */
  sitting: ModelPeer[];
  /** One has said Bye, and the one who sits has not answered. */
  isParting: boolean;
  /** The one who sits has come as the second. */
  joinerOnly: boolean;
}

export function createRoomModel() {
  const rooms = new Map<string, ModelRoom>();

  const roomOf = (channel: string): ModelRoom => {
    const room = rooms.get(channel) ?? { sitting: [], isParting: false, joinerOnly: false };
    rooms.set(channel, room);
    return room;
  };
  const refuse = (peer: ModelPeer, event: string, code: string): void => {
    peer.heard.push(['refused', event, code]);
  };

  function join(peer: ModelPeer, channel: string): void {
    if (peer.channel !== undefined && peer.channel !== channel) {
      refuse(peer, 'create or join', 'has-seat');
      return;
    }
    const room = roomOf(channel);
    const [first, second] = room.sitting;
    if (room.sitting.includes(peer)) {
      const isJoiner = room.joinerOnly || peer === second;
      peer.heard.push([isJoiner ? 'joined' : 'created', channel, peer.id]);
    } else if (first === undefined) {
      room.sitting = [peer];
      peer.channel = channel;
      peer.heard.push(['created', channel, peer.id]);
    } else if (second !== undefined || room.isParting) {
      peer.heard.push(['full', channel]);
    } else {
      room.sitting = [first, peer];
      peer.channel = channel;
      peer.heard.push(['joined', channel, peer.id], ['ready', channel]);
      first.heard.push(
        ['remotePeerJoining', channel],
        ['join', channel],
        ['broadcast: joined', `S --> broadcast(): client ${peer.id} joined channel ${channel}`],
        ['ready', channel],
      );
    }
  }

  function message(peer: ModelPeer, channel: string, text: string): void {
    if (peer.channel === undefined) refuse(peer, 'message', 'no-seat');
    else if (peer.channel !== channel) refuse(peer, 'message', 'wrong-channel');
    else otherOf(peer)?.heard.push(['message', text]);
  }

  function bye(peer: ModelPeer, channel: string): void {
    if (peer.channel === undefined) refuse(peer, 'Bye', 'no-seat');
    else if (peer.channel !== channel) refuse(peer, 'Bye', 'wrong-channel');
    else {
      const room = roomOf(channel);
      const other = otherOf(peer);
      const othersWasJoiner = room.sitting[1] === other;
      peer.isOver = true;
      if (other === undefined) {
        rooms.delete(channel);
        return;
      }
      rooms.set(channel, { sitting: [other], isParting: true, joinerOnly: othersWasJoiner });
      other.heard.push(['Bye', { reason: 'said' }]);
    }
  }

  function ack(peer: ModelPeer): void {
    if (peer.channel === undefined || !roomOf(peer.channel).isParting) return;
    peer.isOver = true;
    rooms.delete(peer.channel);
  }

  function vanish(peer: ModelPeer): void {
    peer.isOver = true;
    if (peer.channel === undefined) return;
    const wasInitiator = roomOf(peer.channel).sitting[0] === peer;
    const stays = otherOf(peer);
    if (stays === undefined) {
      rooms.delete(peer.channel);
      return;
    }
    rooms.set(peer.channel, { sitting: [stays], isParting: false, joinerOnly: false });
    stays.heard.push(['peer gone']);
    if (wasInitiator) stays.heard.push(['created', peer.channel, stays.id]);
    stays.heard.push(['bye', peer.channel]);
  }

  function otherOf(peer: ModelPeer): ModelPeer | undefined {
    return roomOf(peer.channel ?? '').sitting.find((each) => each !== peer);
  }

  return {
    join,
    message,
    bye,
    ack,
    vanish,
    seatsIn: (channel: string) => roomOf(channel).sitting.map(({ id }) => id),
  };
}
