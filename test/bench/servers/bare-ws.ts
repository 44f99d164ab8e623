// The least that a server for two can do: the path names the room, and frames are forwarded untouched.
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { pingAll } from './ping-all.js';
import { listenAndReport } from './report-ports.js';

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const waiting = new Map<string, WebSocket>();

server.on('connection', (socket, request) => {
  const room = request.url ?? '/';
  const partner = waiting.get(room);
  if (!partner) {
    waiting.set(room, socket);
    socket.on('close', () => {
      if (waiting.get(room) === socket) waiting.delete(room);
    });
    return;
  }
  waiting.delete(room);
  forward(socket, partner);
  forward(partner, socket);
  partner.send('ready');
  socket.send('ready');
});

function forward(from: WebSocket, to: WebSocket): void {
  from.on('message', (data, isBinary) => to.send(data, { binary: isBinary }));
}

pingAll(server);
listenAndReport(http);
