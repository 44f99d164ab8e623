// The heartbeat that the documentation of `ws` recommends: all connections are pinged at once, and those that have not answered are cut.
import type { WebSocket, WebSocketServer } from 'ws';
import { pingMs } from './report-ports.js';

export function pingAll(server: WebSocketServer): void {
  const alive = new WeakSet<WebSocket>();
  server.on('connection', (socket) => {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
  });
  setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingMs);
}
