// Two users of the library in a call by name, through whatever stands before the nodes: one sends numbers to the other.
import { onTestFinished } from 'vitest';
import type { IncomingCall, SignalingChannel, UserLine } from '../../client/index.js';
import { realClock } from '../../client/transport/clock.js';
import { openLoggedInLine } from '../../client/users/user-line.js';
import { noPage } from '../../client/transport/page.js';
import { webSocketTransport } from '../../client/transport/websocket-transport.js';

export interface NamedPair {
  /** The numbers that arrived, in order. */
  readonly got: number[];
  readonly said: number;
  /** Sends the next number; resolves when it has its receipt. */
  say(): Promise<void>;
}

/** Attempts follow each other quickly, so that a name is taken back within its grace time. */
const policy = { delayMs: (attempt: number) => Math.min(20 * attempt, 200) };

/** @param url of the HTTP port */
export async function openNamedPair(url: string, name: string): Promise<NamedPair> {
  const [ann, bob] = [await open(url, `${name}-ann`), await open(url, `${name}-bob`)];
  const got: number[] = [];
  const taken = new Promise<SignalingChannel>((resolve) => {
    bob.on('incoming', (call: IncomingCall) => {
      resolve(call.accept());
    });
  });
  const channel = await ann.call(`${name}-bob`);
  (await taken).on('message', (value) => got.push(value as number));
  let said = 0;
  return {
    got,
    get said() {
      return said;
    },
    say: () => channel.send(said++),
  };
}

async function open(url: string, name: string): Promise<UserLine> {
  const line = await openLoggedInLine({
    name,
    token: undefined,
    signal: undefined,
    onTrace: undefined,
    openTransport: webSocketTransport(new URL(`${url.replace('http', 'ws')}/calls`), undefined),
    key: `parley ${name}`,
    policy,
    clock: realClock,
    page: noPage,
    unreachableAfterMs: 30_000,
  });
  onTestFinished(() => line.close());
  return line;
}
