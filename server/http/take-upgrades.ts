// Takes upgrades of an HTTP server before anybody else hears of them. Leaves which ones, and what becomes of them, to the
// router.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

/**
 * It stands in `emit`, since a listener cannot keep an event from the others, and ws aborts or takes each upgrade that
 * it hears of: so no order of listeners matters, nor when they come and go.
 * @param take says whether it took it; everything else goes to the listeners as ever
 * @returns the function that ends it
 */
export function takeUpgrades(server: Server, take: (...upgrade: Upgrade) => boolean): () => void {
  const before = Object.getOwnPropertyDescriptor(server, 'emit');
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  let isOver = false;

  function emitRest(event: string | symbol, ...args: unknown[]): boolean {
    if (!isOver && event === 'upgrade' && take(...(args as Upgrade))) return true;
    return emit(event, ...args);
  }

  server.emit = emitRest;
  return () => {
    isOver = true;
    // Who stands before it by now keeps its place; then this one only hands on.
    if (server.emit !== emitRest) return;
    if (before) Object.defineProperty(server, 'emit', before);
    else Reflect.deleteProperty(server, 'emit');
  };
}
