// A server-side socket of the room protocol without a transport: it only notes what is emitted.
import { Socket as EngineSocket, Transport } from 'engine.io';
import type { RoomSocket } from '../../server/rooms/room-session.js';
import type { Heard } from './room-client.js';

export interface FakeRoomSocket {
  socket: RoomSocket;
  heard: Heard[];
  isOver: boolean;
}

export function createFakeRoomSocket(id: string): FakeRoomSocket {
  const conn = Object.create(EngineSocket.prototype) as EngineSocket;
  conn.transport = Object.create(Transport.prototype) as Transport;
  const noted: Pick<RoomSocket, 'id' | 'conn' | 'emit' | 'disconnect' | 'handshake'> = {
    id,
    conn,
    handshake: { address: '', auth: {} } as RoomSocket['handshake'],
    emit(event: string, ...args: unknown[]) {
      if (!fake.isOver) fake.heard.push([event, ...args]);
      return true;
    },
    disconnect() {
      fake.isOver = true;
      return noted as RoomSocket;
    },
  };
  const fake: FakeRoomSocket = { socket: noted as RoomSocket, heard: [], isOver: false };
  return fake;
}
