// Two who talk beside an attack, one pair in a room and one by name: what each message takes, and which never arrives.
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Of each pair. */
const everyMs = 5;

export interface Pair {
  /** Sends numbers from now on. */
  start(): void;
  /** Stops sending. */
  stop(): void;
  /** How long each message took from one client to the other, in ms, so far. */
  readonly took: readonly number[];
  readonly sent: number;
  /** What ended one of the two connections; undefined: both are open. */
  readonly ended: string | undefined;
  close(): void;
}

/** In the room that the attacker knocks at. */
export async function openRoomPair(port: number): Promise<Pair> {
  const enter = async (): Promise<[WebSocket, Promise<void>]> => {
    const socket = await openSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    socket.on('message', (data: Buffer) => {
      if (data.toString() === '2') socket.send('3');
    });
    const joined = hears(socket, '40{');
    socket.send('40');
    await joined;
    const ready = hears(socket, '42["ready"');
    const entered = hears(socket, '42["');
    socket.send('42["create or join","room-42"]');
    await entered;
    return [socket, ready];
  };
  const [[ann, annIsReady], [bob, bobIsReady]] = [await enter(), await enter()];
  await Promise.all([annIsReady, bobIsReady]);
  return talk(ann, bob, '42["message",', (number) => `42["message",${number}]`);
}

/** The name of the first one is the one that the attacker asks for. */
export async function openNamedPair(port: number): Promise<Pair> {
  const logIn = async (name: string): Promise<WebSocket> => {
    const socket = await openSocket(`ws://127.0.0.1:${port}/`);
    const answer = hears(socket, '{"type":"login","success":true');
    socket.send(JSON.stringify({ type: 'login', name }));
    await answer;
    return socket;
  };
  const [ann, bob] = [await logIn('ann'), await logIn('bob')];
  const rings = hears(bob, '{"type":"offer"');
  ann.send('{"type":"offer","name":"bob","offer":0}');
  await rings;
  const answered = hears(ann, '{"type":"answer"');
  bob.send('{"type":"answer","name":"ann","answer":0}');
  await answered;
  return talk(ann, bob, '{"type":"candidate"', (number) =>
    JSON.stringify({ type: 'candidate', name: 'bob', candidate: number }),
  );
}

function talk(from: WebSocket, to: WebSocket, start: string, textOf: (number: number) => string): Pair {
  const sentAt: number[] = [];
  const took: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let ended: string | undefined;
  to.on('message', (data: Buffer) => {
    const text = data.toString();
    if (!text.startsWith(start)) return;
    const number = Number(/(\d+)\D*$/.exec(text)?.[1]);
    took.push(performance.now() - (sentAt[number] ?? NaN));
  });
  for (const socket of [from, to]) {
    socket.on('close', (code) => {
      ended ??= `closed with ${code}`;
    });
  }
  const stop = (): void => clearInterval(timer);
  return {
    start() {
      timer = setInterval(() => {
        from.send(textOf(sentAt.push(performance.now()) - 1));
      }, everyMs);
    },
    stop,
    took,
    get sent() {
      return sentAt.length;
    },
    get ended() {
      return ended;
    },
    close() {
      stop();
      for (const socket of [from, to]) socket.terminate();
    },
  };
}

async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  socket.on('error', () => {});
  return socket;
}

function hears(socket: WebSocket, start: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (data: Buffer): void => {
      if (!data.toString().startsWith(start)) return;
      socket.off('message', look);
      resolve();
    };
    socket.on('message', look);
  });
}
