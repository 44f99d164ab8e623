// Lets all that is sent on a WebSocket in one turn of the event loop leave in one write to the kernel: candidates come in
// bursts, and the write is what a relayed message costs most.
import type { Duplex } from 'node:stream';

/** ws has no public name for the stream below a WebSocket (ws 8, lib/websocket.js). */
interface WithStream {
  _socket?: Pick<Duplex, 'cork' | 'uncork' | 'writableCorked'> | null;
}

/** Holds back what is sent on this WebSocket in this turn, until the turn ends. */
export function batchWrites(webSocket: object): void {
  const { _socket: stream } = webSocket as WithStream;
  if (!stream || stream.writableCorked > 0) return;
  stream.cork();
  queueMicrotask(() => {
    stream.uncork();
  });
}
