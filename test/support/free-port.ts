// A port that nobody uses, for programs that cannot be told to take any free one.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Somebody else may take it before it is used; the system hands out the others first. */
export async function findFreePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}
