// The server of the book's chapter 4 in our own words, on today's Socket.IO: its rooms, its envelope, and its log to the sender.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listenAndReport, pingMs } from './report-ports.js';

interface Envelope {
  channel: string;
  message: unknown;
}

const http = createServer();
const io = new Server(http, { pingInterval: pingMs });

io.on('connection', (socket) => {
  const log = (...values: unknown[]): boolean => socket.emit('log', ['>>> ', ...values]);

  async function createOrJoin(channel: string): Promise<void> {
    const count = io.sockets.adapter.rooms.get(channel)?.size ?? 0;
    if (count === 0) {
      await socket.join(channel);
      socket.emit('created', channel);
    } else if (count === 1) {
      io.to(channel).emit('remotePeerJoining', channel);
      await socket.join(channel);
      const told = `S --> broadcast(): client ${socket.id} joined channel ${channel}`;
      socket.broadcast.to(channel).emit('broadcast: joined', told);
      socket.emit('joined', channel);
    } else {
      socket.emit('full', channel);
    }
  }

  socket.on('create or join', (channel: string) => void createOrJoin(channel));
  socket.on('message', (envelope: Envelope) => {
    log('S --> Got message: ', envelope);
    socket.broadcast.to(envelope.channel).emit('message', envelope.message);
  });
});

listenAndReport(http);
