// The events that tell of a seat: who has one, and that somebody has come. Pure.
import { wireId } from '../cluster/address.js';
import type { WireEvent } from '../protocol/room-events.js';
import { incarnationOf, type PeerId } from './room.js';

/** Somebody who sits in a channel, as it wrote it. */
export interface Seated {
  peer: PeerId;
  channel: string;
}

/** [R3] */
export function createdEvent({ channel, peer }: Seated): WireEvent {
  return ['created', channel, wireId(peer)];
}

export function joinedEvent({ channel, peer }: Seated): WireEvent {
  return ['joined', channel, wireId(peer)];
}

/** What the initiator hears when a joiner is there. [R4] @param channel as the initiator wrote it */
export function arrivalOf(joiner: { peer: PeerId; me?: string }, channel: string): WireEvent[] {
  return [
    ['remotePeerJoining', channel],
    ['join', channel],
    ['broadcast: joined', `S --> broadcast(): client ${wireId(joiner.peer)} joined channel ${channel}`],
    ['ready', channel, incarnationOf(joiner)],
  ];
}
