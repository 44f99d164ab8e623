// An attacker as a process of its own: opens connections, sends as fast as they take it, and connects again whenever it is
// cut. Reports how much it has sent, when it was cut, and when its socket was gone.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setInterval, setTimeout } from 'node:timers';
import { contentOf, frameOf, headOf, openingOf } from './flood-content.mjs';

const flood = JSON.parse(process.argv[2] ?? '{}');
const { kind, what, surface, port, callsPort, connections, perSecond } = flood;
const targetPort = surface === 'names' ? callsPort : port;
const paths = { names: '/', calls: '/calls', rooms: '/socket.io/?EIO=4&transport=websocket' };
const pollingPath = '/socket.io/?EIO=4&transport=polling';

/** A cut connection is not dialled again more often than this when the server is gone. */
const retryMs = 20;
/** Of a flood that is sent at a fixed rate. */
const tickMs = 20;
const chunkBytes = 262_144;

let tries = 0;
let number = 0;

const kinds = {
  webSocket: floodWebSocket,
  requests: floodRequests,
  body: floodBody,
  polling: floodPolling,
  churn,
};

for (let index = 0; index < connections; index++) kinds[kind]();
setInterval(() => process.send({ tries }), 100);
process.on('disconnect', () => process.exit());

/** Keeps its half open and goes on sending after the server's FIN: only a reset stops it. */
function open(toPort, onEnd) {
  const socket = connect({ port: toPort, host: '127.0.0.1', allowHalfOpen: true });
  const times = { begunAt: 0, cutAt: 0 };
  const noteCut = () => (times.cutAt ||= performance.now());
  socket.on('error', () => {});
  socket.on('end', noteCut);
  socket.on('close', () => {
    noteCut();
    if (times.begunAt > 0) {
      process.send({ cutMs: times.cutAt - times.begunAt, goneMs: performance.now() - times.cutAt });
      onEnd();
    } else setTimeout(onEnd, retryMs);
  });
  return { socket, begin: () => (times.begunAt = performance.now()) };
}

/** As many as the connection takes, or `perSecond`. */
function send(socket, message) {
  if (perSecond) {
    let due = 0;
    const timer = setInterval(() => {
      for (due += (perSecond * tickMs) / 1000; due >= 1; due--, tries++) socket.write(message);
    }, tickMs);
    socket.on('close', () => clearInterval(timer));
    return;
  }
  const count = Math.max(1, Math.ceil(chunkBytes / message.length));
  const chunk = Buffer.concat(Array.from({ length: count }, () => message));
  const pump = () => {
    let isTaken = true;
    while (isTaken && !socket.destroyed) {
      isTaken = socket.write(chunk);
      tries += count;
    }
  };
  socket.on('drain', pump);
  pump();
}

function upgrade(socket) {
  socket.write(
    `GET ${paths[surface]} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
}

function floodWebSocket() {
  const { socket, begin } = open(targetPort, floodWebSocket);
  const { steps, ready } = openingOf(what, surface, `mallory ${process.pid} ${number++}`);
  let heard = '';
  const look = (data) => {
    heard += data.toString('latin1');
    // Socket.IO closes a connection that sends an event before its CONNECT is answered.
    while (steps.length > 0 && heard.includes(steps[0].after)) socket.write(frameOf(steps.shift().text));
    if (steps.length > 0 || !heard.includes(ready)) return;
    socket.off('data', look).resume();
    begin();
    send(socket, contentOf(what, surface));
  };
  socket.on('data', look);
  upgrade(socket);
}

/** Many at once on one connection, or each one when the last one is answered. */
function floodRequests() {
  const { socket, begin } = open(surface === 'names' ? callsPort : port, floodRequests);
  const request = contentOf(what, surface);
  socket.on('connect', () => {
    begin();
    if (flood.isPipelined) {
      socket.resume();
      send(socket, request);
      return;
    }
    const next = () => {
      tries++;
      socket.write(request);
    };
    socket.on('data', next);
    next();
  });
}

/** One request whose body never ends. */
function floodBody() {
  const { socket, begin } = open(port, floodBody);
  socket.on('connect', () => {
    begin();
    socket.resume();
    socket.write(headOf(what));
    send(socket, contentOf(what, surface));
  });
}

/** POSTs to one session, one after the other, and a new session when it is closed. */
function floodPolling() {
  const { socket, begin } = open(port, floodPolling);
  const post = (sid, body) =>
    `POST ${pollingPath}&sid=${sid} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  const payload = contentOf(what, 'polling');
  let sid;
  let step = 0;
  let sessionBegunAt = 0;
  const startSession = () => {
    sid = undefined;
    step = 0;
    socket.write(`GET ${pollingPath} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  };
  socket.on('connect', () => {
    begin();
    startSession();
  });
  socket.on('data', (data) => {
    const answer = data.toString('latin1');
    if (sid === undefined) {
      [, sid] = /"sid":"([^"]+)"/.exec(answer) ?? [];
      if (sid === undefined) return;
      sessionBegunAt = performance.now();
    } else if (!answer.startsWith('HTTP/1.1 200')) {
      process.send({ cutMs: performance.now() - sessionBegunAt, goneMs: 0 });
      startSession();
      return;
    }
    const opening = ['40', `42["create or join","mallory ${process.pid} ${number++}"]`];
    const text = opening[step++];
    if (text) socket.write(post(sid, text) + text);
    else {
      tries += payload.count;
      socket.write(post(sid, payload.body));
      socket.write(payload.body);
    }
  });
}

/** Connects, is greeted, and leaves. */
function churn() {
  const socket = connect({ port: targetPort, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.on('close', () => {
    tries++;
    setTimeout(churn, 0);
  });
  socket.once('data', () => socket.destroy());
  if (what === 'handshakes') upgrade(socket);
  else socket.on('connect', () => socket.destroy());
}
