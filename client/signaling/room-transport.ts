// Port: one connection to a server that speaks the room protocol. It connects once; coming back is not its business.
import type { ClientToServerEvents, WireEvent } from '../../server/protocol/room-events.js';
import type { LineListeners } from './line.js';

export interface RoomTransport {
  emit<Name extends keyof ClientToServerEvents>(
    event: Name,
    ...args: Parameters<ClientToServerEvents[Name]>
  ): void;
  /** Ends the connection; what was emitted before still goes out. */
  close(): void;
}

/** @param onSent is told the bytes of each frame, as text */
export type OpenRoomTransport = (
  listeners: LineListeners<WireEvent>,
  onSent: (bytes: number) => void,
) => RoomTransport;
