// Lets an Engine.IO connection join Socket.IO once. Socket.IO itself makes a new socket for every CONNECT. [R15]
import type { Socket as EngineSocket } from 'engine.io';

interface EnginePacket {
  type: string;
  data?: unknown;
}

/** At its second CONNECT the connection is closed at once. */
export function allowOneConnect(connection: Pick<EngineSocket, 'on' | 'close'>): void {
  let hasConnected = false;
  // Engine.IO emits `packet` before the `data` that Socket.IO hears, and `close(true)` takes all listeners off within
  // the call: the rest of a payload is read by nobody (engine.io 6.6.12, `onPacket` and `onClose` in build/socket.js).
  connection.on('packet', (packet: EnginePacket) => {
    if (!isConnect(packet)) return;
    if (hasConnected) connection.close(true);
    hasConnected = true;
  });
}

/** Read as Socket.IO's parser reads it, to which a blank is type 0 as well (socket.io-parser 4, `decodeString`). */
function isConnect({ type, data }: EnginePacket): boolean {
  return type === 'message' && typeof data === 'string' && Number(data.charAt(0)) === 0;
}
