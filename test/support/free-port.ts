// Ports for programs that cannot be told to take any free one, and for those that come back to theirs.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

// Above those of coturn.ts, and below those that the system hands out by itself (from 32768): nobody else takes one
// between two uses of it.
const lowest = 20_000;

const blockSize = 500;
const blocks = 24;

/** The first port of a block that this process has for itself, as long as it runs; one listens there. */
let ownBlock: Promise<number> | undefined;
let next = randomInt(blockSize);

/** Never the same one twice, until a whole block has been handed out; in no other process. */
export async function findFreePort(): Promise<number> {
  ownBlock ??= claimBlock();
  const first = await ownBlock;
  for (let tries = 0; tries < blockSize; tries++) {
    const port = first + 1 + (next++ % (blockSize - 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`Every port from ${first} to ${first + blockSize - 1} is taken.`);
}

/** Two processes never listen on one port: whoever listens on the first of a block has the block. */
async function claimBlock(): Promise<number> {
  const start = randomInt(blocks);
  for (let index = 0; index < blocks; index++) {
    const first = lowest + ((start + index) % blocks) * blockSize;
    const guard = await listenOn(first);
    if (!guard) continue;
    guard.unref();
    return first;
  }
  throw new Error(`All ${blocks} blocks of ports from ${lowest} on are taken.`);
}

/** For TCP, on this machine's own address. */
export async function isFree(port: number): Promise<boolean> {
  const holder = await listenOn(port);
  if (!holder) return false;
  holder.close();
  await once(holder, 'close');
  return true;
}

async function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  const failed = once(server, 'error').then(() => false);
  const listens = await Promise.race([once(server, 'listening').then(() => true), failed]);
  return listens ? server : undefined;
}
