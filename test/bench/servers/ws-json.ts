// What the tutorials do for calls by name: parse, look the name up, put in the sender's name, serialize. Nothing is checked.
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { pingAll } from './ping-all.js';
import { listenAndReport } from './report-ports.js';

interface Message {
  type: string;
  name: string;
  [value: string]: unknown;
}

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const users = new Map<string, WebSocket>();

server.on('connection', (socket) => {
  let ownName = '';
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    const { type, name } = message;
    if (type === 'login') {
      ownName = name;
      const isFree = !users.has(name);
      if (isFree) users.set(name, socket);
      socket.send(JSON.stringify({ type: 'login', success: isFree }));
    } else {
      users.get(name)?.send(JSON.stringify({ type, [type]: message[type], name: ownName }));
    }
  });
  socket.on('close', () => users.delete(ownName));
});

pingAll(server);
listenAndReport(http);
