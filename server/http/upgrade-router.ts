// The one place where WebSocket upgrades of an HTTP server arrive: each goes to the server of its path. It touches
// only parley's own paths, so that other WebSocket servers on the same port keep theirs.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export type UpgradeTarget = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradeRouter {
  close(): void;
}

/** @param routes path (without a slash at its end) to the one who takes its upgrades */
export function routeUpgrades(server: Server, routes: ReadonlyMap<string, UpgradeTarget>): UpgradeRouter {
  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = routes.get(pathOf(request));
    if (target) target(request, socket, head);
    else if (server.listenerCount('upgrade') === 1) refuseUpgrade(socket, '404 Not Found');
  }

  server.on('upgrade', onUpgrade);
  return {
    close() {
      server.off('upgrade', onUpgrade);
    },
  };
}

/** Answers an upgrade that nobody takes, and closes. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => {
    socket.destroy();
  });
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
