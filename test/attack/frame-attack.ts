// Sends generated frames to both ports, over WebSocket and long-polling, and counts those that the server has read: an
// answer to the one behind them has come, or it has closed the connection.
import { randomBytes } from 'node:crypto';
import { createChance } from '../support/chance.js';
import type { MeasuredServer } from '../support/measured-server.js';
import { ask } from '../support/http-ask.js';
import { openRawHttp } from '../support/raw-http.js';
import { frameOf, openRawSocketIo, openRawWebSocket, type RawWebSocket } from '../support/raw-websocket.js';
import { createFrameSource, type FrameSource } from './generated-frames.js';
import type { Protocol } from './structured-frames.js';

export interface FrameWrites {
  /** Frames in one write, before the one that may end the connection. */
  together: number;
  /** Counts also what is written to a connection that the server then cuts, because it is too fast. */
  isLimited: boolean;
}

const unlimited: FrameWrites = { together: 40, isLimited: false };

const polling = '/socket.io/?EIO=4&transport=polling';

/** Between the packets of one payload (Engine.IO protocol 4). */
const separator = '\x1e';

/** What a long-polling POST may hold, with some room. */
const maxPayload = 900_000;

/** Of the frames, in tenths, and how many connections at a time. */
const shares = [
  { by: 'rooms', tenths: 4, connections: 6 },
  { by: 'names', tenths: 5, connections: 6 },
  { by: 'polling', tenths: 1, connections: 3 },
] as const;

/** Goes through the queue of a connection, and is always answered. */
const markOf: Record<Protocol, { text: string; answer: RegExp }> = {
  rooms: { text: '42424242["ice servers"]', answer: /^43424242\[/ },
  names: { text: '{"type":"markThatIsAnswered"}', answer: /: markThatIsAnswered|not-logged-in/ },
};

type Ports = Pick<MeasuredServer, 'port' | 'callsPort'>;

export interface FrameCount {
  frames: number;
  connections: number;
}

export async function attackWithFrames(
  server: Ports,
  frames: number,
  label: string,
  writes = unlimited,
): Promise<FrameCount> {
  const { together } = writes;
  const chance = createChance(label);
  const source = createFrameSource(chance, chance.whole(0, 2 ** 31 - 1));
  const total: FrameCount = { frames: 0, connections: 0 };

  async function share(of: (typeof shares)[number]): Promise<void> {
    let left = Math.ceil(((frames - total.frames) * of.tenths) / 10);
    const connect = async (worker: number): Promise<void> => {
      while (left > 0) {
        left -= together + 1;
        total.connections++;
        const read = await sendOver(of.by, worker);
        const rare = chance.oneIn(3)
          ? await chance.pick([sendNoise, sendConnect, sendLeave])(server, source)
          : 0;
        total.frames += read + rare;
      }
    };
    await Promise.all(Array.from({ length: of.connections }, (_, worker) => connect(worker)));
  }

  function sendOver(by: (typeof shares)[number]['by'], worker: number): Promise<number> {
    return by === 'polling'
      ? sendByPolling(server.port, source, writes)
      : sendByWebSocket(server, by, worker, source, writes);
  }

  // What is ended before its time, by a `Bye` that was generated, is made up for.
  while (total.frames < frames) await Promise.all(shares.map(share));
  return total;
}

/** @returns how many frames the server has read */
async function sendByWebSocket(
  { port, callsPort }: Ports,
  protocol: Protocol,
  worker: number,
  source: FrameSource,
  { together, isLimited }: FrameWrites,
): Promise<number> {
  const client = protocol === 'rooms' ? await openRawSocketIo(port) : await openRawWebSocket(callsPort, '/');
  const { harmless, last } = source.next(protocol, together);
  const mark = markOf[protocol];
  const before = protocol === 'rooms' ? enterRoom(worker) : logIn(worker);
  const frames = harmless.map((frame) => (typeof frame === 'string' ? frameOf(frame) : frame));
  client.write(...before.map((text) => frameOf(text)), ...frames, frameOf(mark.text));
  const isRead = await isAnswered(client, mark.answer);
  client.socket.end(last);
  await client.closed;
  return isRead || isLimited ? harmless.length + 1 : 0;
}

/** Two in a channel, so that there is somebody to relay to; some of them come back with a token. */
function enterRoom(worker: number): string[] {
  const options = worker % 3 === 0 ? ',{"resume":true,"seat":"attack"}' : '';
  return [`42["create or join","attack ${worker >> 1}"${options}]`];
}

/** Two in a call: then what they send each other is read without being taken apart. */
function logIn(worker: number): string[] {
  const [name, other] = [`attack ${worker}`, `attack ${worker ^ 1}`];
  return [
    { type: 'login', name, resume: true, seat: 'attack' },
    { type: 'answer', name: other, answer: 1 },
    { type: 'offer', name: other, offer: 1 },
    { type: 'candidate', name: other, candidate: { sdpMid: '0', a: { b: { c: [1] } } } },
    { type: 'candidate', candidate: { sdpMid: '0' }, name: other },
  ].map((message) => JSON.stringify(message));
}

async function isAnswered(client: RawWebSocket, answer: RegExp): Promise<boolean> {
  return client.hears(answer).then(
    () => true,
    () => false,
  );
}

async function sendByPolling(
  port: number,
  source: FrameSource,
  { together, isLimited }: FrameWrites,
): Promise<number> {
  const { harmless, last } = source.next('rooms', together, true);
  const packets: string[] = [];
  let length = 0;
  for (const packet of harmless.map(String)) {
    length += packet.length + 1;
    if (length > maxPayload) break;
    packets.push(packet);
  }
  const isRead = async (): Promise<boolean> => {
    const { sid } = JSON.parse((await ask(port, polling)).body.slice(1)) as { sid: string };
    const session = `${polling}&sid=${sid}`;
    const post = (body: string): Promise<unknown> => ask(port, session, { method: 'POST', body });
    await post('40');
    await post(['42["create or join","attack polling"]', ...packets, markOf.rooms.text].join(separator));
    const isAlive = await isFetched(port, session);
    await post(last.toString('latin1'));
    // The session may be over.
    await post('1');
    return isAlive;
  };
  // A connection that the server closes while something is sent is an error.
  return (await isRead().catch(() => isLimited)) ? packets.length + 1 : 0;
}

async function isFetched(port: number, session: string): Promise<boolean> {
  for (;;) {
    const { status, body } = await ask(port, session);
    if (status !== 200) return false;
    const packets = body.split(separator);
    if (packets.some((packet) => markOf.rooms.answer.test(packet))) return true;
    // Of Engine.IO: a close.
    if (packets.includes('1')) return false;
  }
}

/** No HTTP at all, or hardly. */
async function sendNoise({ port }: Ports): Promise<number> {
  const client = openRawHttp(port);
  client.socket.resume();
  client.socket.end(
    Buffer.concat([
      Buffer.from('POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\n'),
      randomBytes(200),
    ]),
  );
  await client.closed;
  return 1;
}

/** What comes first on a connection of the rooms. */
async function sendConnect({ port }: Ports, source: FrameSource): Promise<number> {
  const client = await openRawWebSocket(port, '/socket.io/?EIO=4&transport=websocket');
  await client.hears(/^0\{/);
  client.socket.end(Buffer.concat(source.connect().map((text) => frameOf(text))));
  await client.closed;
  return 1;
}

/** What a page announces at its end. */
async function sendLeave({ port }: Ports, source: FrameSource): Promise<number> {
  const response = await ask(port, '/leave', { method: 'POST', body: source.leave() });
  return response.status === 204 ? 1 : 0;
}
