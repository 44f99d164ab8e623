// A real TURN server on this machine, which can be killed and started again on the same port. Leaves credentials to
// whoever makes them from its secret.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { isFree } from './free-port.js';

export interface Coturn {
  readonly port: number;
  /** `turn:127.0.0.1:<port>`, for the setting `TURN_URLS`. */
  readonly url: string;
  /** For the setting `TURN_SECRET`. */
  readonly secret: string;
  /** What it has printed so far. */
  log(): string;
  /** SIGKILL: resolves when it is dead. */
  kill(): Promise<void>;
  /** Starts a new one on the same port, after `kill`; resolves when it answers. It knows nothing of the old one's relays. */
  startAgain(): Promise<void>;
  /** Ends it for good, and deletes its files. Idempotent. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
/** Ports in a block: the first is the server's own, the others are for its relays. */
const blockSize = 100;
/** Below those of free-port.ts. Each worker of the test runner has blocks of its own. */
const from = 10_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 10) * 1000;
const blockCount = 10;

/** Stopped when the test is over, if it is started inside one. Outside: call `stop`. */
export async function startCoturn({ endsWithTest = true } = {}): Promise<Coturn> {
  const port = await findFreeBlock();
  const secret = randomBytes(16).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'parley-coturn-'));
  const file = join(folder, 'turnserver.conf');
  await writeFile(file, settings({ port, secret, folder }));
  let child: ChildProcess | undefined;
  let printed = '';

  async function start(): Promise<void> {
    const started = spawn('turnserver', ['-c', file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let failure: Error | undefined;
    started.on('error', (cause) => {
      failure = new Error(
        'There is no turnserver. Install with: sudo apt-get install -y --no-install-recommends coturn',
        { cause },
      );
    });
    started.on('exit', () => {
      failure ??= new Error(`turnserver has ended:\n${printed}`);
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    await vi.waitUntil(
      () => {
        if (failure) throw failure;
        return answers(port);
      },
      { timeout: 60_000, interval: 20 },
    );
  }

  async function kill(): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async function stop(): Promise<void> {
    await kill();
    await rm(folder, { recursive: true, force: true });
  }

  if (endsWithTest) onTestFinished(stop);
  try {
    await start();
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { port, url: `turn:${host}:${port}`, secret, log: () => printed, kill, startAgain: start, stop };
}

interface Place {
  port: number;
  secret: string;
  folder: string;
}

function settings({ port, secret, folder }: Place): string {
  return [
    `listening-ip=${host}`,
    `relay-ip=${host}`,
    `listening-port=${port}`,
    `min-port=${port + 1}`,
    `max-port=${port + blockSize - 1}`,
    'realm=parley.test',
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    'no-tls',
    'no-dtls',
    'no-cli',
    // Only here: both peers are on this machine.
    'allow-loopback-peers',
    `pidfile=${join(folder, 'turnserver.pid')}`,
    `userdb=${join(folder, 'turndb')}`,
    'log-file=stdout',
    'simple-log',
    'relay-threads=1',
    '',
  ].join('\n');
}

async function findFreeBlock(): Promise<number> {
  for (;;) {
    const port = from + randomInt(blockCount) * blockSize;
    if (await isFree(port)) return port;
  }
}

/** Asks as every client begins: a STUN binding request (RFC 8489). */
async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const request = Buffer.alloc(20);
  request.writeUInt16BE(0x0001);
  request.writeUInt32BE(0x2112a442, 4);
  randomBytes(12).copy(request, 8);
  const answered = new Promise<boolean>((resolve) => {
    socket.on('message', () => resolve(true)).on('error', () => resolve(false));
    setTimeout(resolve, 200, false);
  });
  socket.send(request, port, host);
  const hasAnswered = await answered;
  socket.close();
  return hasAnswered;
}
