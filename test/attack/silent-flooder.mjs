// Opens connections and sends no request, or a part of one, in a process of its own. Each that the server closes is opened
// again. Arguments: how many at a time, and the ports. Tells its parent how many it has opened.
import { connect } from 'node:net';

const [atOnce, ...ports] = process.argv.slice(2).map(Number);
const againAfterMs = 500;

/** What is sent on each, in turn. */
const parts = [
  '',
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n',
  'POST /leave HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n',
];

let opened = 0;

function openOne() {
  const number = opened++;
  const port = ports[number % ports.length];
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' });
  socket.on('error', () => {});
  socket.once('connect', () => socket.write(parts[number % parts.length]));
  socket.once('close', () => setTimeout(openOne, againAfterMs));
  socket.resume();
}

for (let count = 0; count < atOnce; count++) openOne();
setInterval(() => process.send(opened), 100);
process.on('disconnect', () => process.exit());
