// Which connections of this node sit in which channel, or have asked for a seat there. Leaves everything about them to
// the connections themselves.
import type { ChannelName } from '../protocol/parse-channel.js';
import type { PeerId } from './room.js';

export interface LocalSeats {
  /** From now on this connection counts to this channel, and to no other. */
  put(peer: PeerId, channel: ChannelName): void;
  remove(peer: PeerId): void;
  peersIn(channel: ChannelName): PeerId[];
  channels(): ChannelName[];
}

export function createLocalSeats(): LocalSeats {
  const channelOf = new Map<PeerId, ChannelName>();
  const peersOf = new Map<ChannelName, Set<PeerId>>();

  function remove(peer: PeerId): void {
    const channel = channelOf.get(peer);
    if (channel === undefined) return;
    channelOf.delete(peer);
    const peers = peersOf.get(channel);
    peers?.delete(peer);
    if (peers?.size === 0) peersOf.delete(channel);
  }

  return {
    put(peer, channel) {
      if (channelOf.get(peer) === channel) return;
      remove(peer);
      channelOf.set(peer, channel);
      const peers = peersOf.get(channel);
      if (peers) peers.add(peer);
      else peersOf.set(channel, new Set([peer]));
    },
    remove,
    peersIn: (channel) => [...(peersOf.get(channel) ?? [])],
    channels: () => [...peersOf.keys()],
  };
}
