// Ports for programs that cannot be told to take any free one, and for those that come back to theirs.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Above those of coturn.ts, and below those that the system hands out by itself (from 32768): nobody else takes one
// between two uses of it.
const lowest = 20_000;

/** Each worker of the test runner has a block of its own. */
const blockSize = 1000;
const blocks = 12;
const first = lowest + (Number(process.env['VITEST_POOL_ID'] ?? 0) % blocks) * blockSize;

let next = randomInt(blockSize);

/** Never the same one twice, until a whole block has been handed out. */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < blockSize; tries++) {
    const port = first + (next++ % blockSize);
    if (await isFree(port)) return port;
  }
  throw new Error(`Every port from ${first} to ${first + blockSize - 1} is taken.`);
}

/** For TCP, on this machine's own address. */
export async function isFree(port: number): Promise<boolean> {
  const holder = createServer().listen(port, '127.0.0.1');
  const taken = once(holder, 'error').then(() => false);
  const isOurs = await Promise.race([once(holder, 'listening').then(() => true), taken]);
  if (!isOurs) return false;
  holder.close();
  await once(holder, 'close');
  return true;
}
