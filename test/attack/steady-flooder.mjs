// Sends a flood of messages at a steady pace, from a process of its own, so that it takes no time from those whose
// latency is measured. Tells what it hears of the other peer.
import { setInterval } from 'node:timers';
import { WebSocket } from 'ws';

const [port, channel, count, perMs] = process.argv.slice(2);
const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
const message = `42${JSON.stringify(['message', 'x'.repeat(1024)])}`;
let left = Number(count);
let isPaired = false;

socket.on('message', (data) => {
  const text = data.toString();
  if (text === '2') socket.send('3');
  else if (text.startsWith('0')) socket.send('40');
  else if (text.startsWith('40')) socket.send(`42${JSON.stringify(['create or join', channel])}`);
  else if (text.startsWith('42')) hear(JSON.parse(text.slice(2))[0]);
});

process.on('message', () => setInterval(send, 1));

function hear(event) {
  if (event === 'ready' || event === 'peer back') isPaired = true;
  if (event === 'peer away') isPaired = false;
  process.send(event);
}

function send() {
  // Only what is sent to somebody counts, and what does not yet fit into the connection waits.
  if (!isPaired || socket.bufferedAmount > 1e6) return;
  for (let sent = 0; sent < Number(perMs) && left > 0; sent++, left--) socket.send(message);
  if (left === 0) process.send('sent');
  if (left === 0) left = -1;
}
