// One connection of the load generator: a WebSocket by hand on a raw socket, the same code for every server, so that it costs the same.
// Leaves what the texts mean to the dialects.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { clientFrame, createFrameReader, opcodes } from './frames.js';
import { within } from './within.js';

/** Gets the text as UTF-8 in `bytes[start, end)`, which is valid during the call only. */
export type TextListener = (bytes: Buffer, start: number, end: number) => void;

export interface WireClient {
  /** Sends a whole frame. */
  write(frame: Buffer): void;
  say(text: string): void;
  /** Resolves with the next text that begins so. Texts that nothing waits for are dropped. */
  next(beginning: string): Promise<string>;
  /** From now on every text goes there; without a listener, to `next`. */
  hear(listener?: TextListener): void;
  /** How many pings of the server have been answered: of the WebSocket or of Engine.IO. */
  pings(): number;
  close(): void;
}

export interface WireOptions {
  port: number;
  path: string;
  /** Waits until the server has said a text that begins so. */
  greeting?: string;
  /** Answers the pings of Engine.IO, which are texts. */
  isEngineIo?: boolean;
  /** Texts that begin so are dropped. */
  dropped?: string;
}

const answerWithinMs = 20_000;

/** Those of the example in RFC 6455, section 1.3. */
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const headersEnd = '\r\n\r\n';
const enginePing = '2'.charCodeAt(0);
const enginePong = clientFrame(opcodes.text, Buffer.from('3'));

interface Waiting {
  beginning: string;
  resolve: (text: string) => void;
}

/** Resolves when the server has accepted the upgrade. An end that is not asked for is an uncaught error: it fails the run. */
export async function openWireClient(options: WireOptions): Promise<WireClient> {
  const { port, path, greeting, isEngineIo = false, dropped } = options;
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let isClosed = false;
  let waiting: Waiting[] = [];
  let listener: TextListener | undefined;
  let pings = 0;
  const droppedBytes = dropped === undefined ? undefined : Buffer.from(dropped);

  function hearText(bytes: Buffer, start: number, end: number): void {
    if (isEngineIo && end - start === 1 && bytes[start] === enginePing) {
      pings++;
      socket.write(enginePong);
    } else if (droppedBytes && startsWith(bytes, start, end, droppedBytes)) {
      return;
    } else if (listener) listener(bytes, start, end);
    else if (waiting.length > 0) settle(bytes.toString('utf8', start, end));
  }

  function settle(text: string): void {
    const index = waiting.findIndex(({ beginning }) => text.startsWith(beginning));
    const [found] = index === -1 ? [] : waiting.splice(index, 1);
    found?.resolve(text);
  }

  const read = createFrameReader((opcode, bytes, start, end) => {
    if (opcode === opcodes.text) hearText(bytes, start, end);
    else if (opcode === opcodes.ping) {
      pings++;
      socket.write(clientFrame(opcodes.pong, bytes.subarray(start, end)));
    } else if (opcode === opcodes.close) {
      throw new Error(`The server closed ${path}: ${bytes.toString('utf8', start + 2, end)}`);
    }
  });

  function next(beginning: string): Promise<string> {
    const heard = new Promise<string>((resolve) => {
      waiting.push({ beginning, resolve });
    });
    return within(heard, answerWithinMs, `${beginning} at ${path}`);
  }

  await within(once(socket, 'connect'), answerWithinMs, `a connection to port ${port}`);
  socket.on('error', (cause) => {
    if (!isClosed) throw cause;
  });
  socket.write(upgradeRequest(port, path));
  // Before the answer to the upgrade: the greeting can come in the same piece.
  const greeted = greeting === undefined ? undefined : next(greeting);
  await within(upgraded(socket, read), answerWithinMs, `the upgrade of ${path}`);
  await greeted;
  socket.on('close', () => {
    if (!isClosed) throw new Error(`The server ended the connection to ${path}.`);
  });

  return {
    write: (frame) => void socket.write(frame),
    say: (text) => void socket.write(clientFrame(opcodes.text, Buffer.from(text, 'utf8'))),
    next,
    hear(next) {
      listener = next;
    },
    pings: () => pings,
    close() {
      isClosed = true;
      waiting = [];
      socket.destroy();
    },
  };
}

function startsWith(bytes: Buffer, start: number, end: number, beginning: Buffer): boolean {
  return end - start >= beginning.length && beginning.compare(bytes, start, start + beginning.length) === 0;
}

function upgradeRequest(port: number, path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    '',
    '',
  ].join('\r\n');
}

/** Resolves when the answer's headers are read; from then on `read` gets what arrives. */
function upgraded(socket: Socket, read: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    function take(chunk: Buffer): void {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(headersEnd);
      if (end === -1) return;
      socket.off('data', take);
      socket.off('close', fail);
      const headers = head.toString('latin1', 0, end);
      if (!headers.startsWith('HTTP/1.1 101 ') || !headers.includes(accept)) {
        reject(new Error(`The server refused the upgrade: ${headers.split('\r\n')[0] ?? ''}`));
        return;
      }
      socket.on('data', read);
      resolve();
      if (head.length > end + headersEnd.length) read(head.subarray(end + headersEnd.length));
    }
    function fail(): void {
      reject(new Error('The server ended the connection during the upgrade.'));
    }
    socket.on('data', take);
    socket.once('close', fail);
  });
}
