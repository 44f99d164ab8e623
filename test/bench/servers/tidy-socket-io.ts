// A relay for two on Socket.IO as one would write it for speed: WebSocket only, no compression, the peer kept by reference, nothing checked.
import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { listenAndReport, pingMs } from './report-ports.js';

/** One side of a pair. */
interface Side {
  socket: Socket;
  peer?: Socket;
}

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
  pingInterval: pingMs,
});
const waiting = new Map<string, Side>();

io.on('connection', (socket) => {
  const side: Side = { socket };
  let room = '';
  socket.on('join', (wanted: string, answer: (status: string) => void) => {
    room = wanted;
    const first = waiting.get(room);
    if (!first) {
      waiting.set(room, side);
      return answer('waiting');
    }
    waiting.delete(room);
    first.peer = socket;
    side.peer = first.socket;
    first.socket.emit('ready');
    socket.emit('ready');
  });
  socket.on('message', (value: unknown) => side.peer?.emit('message', value));
  socket.on('disconnect', () => {
    if (waiting.get(room) === side) waiting.delete(room);
  });
});

listenAndReport(http);
