// Intercepts the upgrades of an HTTP server before its listeners get them. Which ones, and what happens to them, is
// decided by upgrade-router.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

/**
 * Replaces `emit` of the server: a listener cannot keep an event from other listeners, and ws aborts or takes each
 * upgrade that it gets. So the order in which listeners are added and removed does not matter.
 * @param take returns true if it has taken the upgrade; otherwise the listeners get it as usual
 * @returns stops it
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
    // Other code has replaced `emit` since: that stays, and this function only passes events on.
    if (server.emit !== emitRest) return;
    if (before) Object.defineProperty(server, 'emit', before);
    else Reflect.deleteProperty(server, 'emit');
  };
}
