// A TCP proxy between a client and the server that breaks the path as networks do: it cuts (FIN or RST), goes silent,
// delays, closes one half. Leaves the choice of the fault, and the moment, to the test.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { breakOff, createPipe, type Pipe } from './fault-pipe.js';

/** Which way bytes go. */
export type Direction = 'to server' | 'to client' | 'both';

/** One connection through the proxy. */
export interface Path {
  readonly isOpen: boolean;
  /** Its client's port, as the server sees it. */
  readonly port: number | undefined;
  /** Ends both halves in order (FIN). What is held back is gone, as when a network forgets a connection. */
  end(): void;
  /** Ends it at once (RST). */
  reset(): void;
  /** Ends one half (FIN); the other one goes on. */
  halfClose(direction: Exclude<Direction, 'both'>): void;
  /** Nothing arrives any more, and nobody is told: the connection looks open from both ends. */
  silence(direction?: Direction): void;
  /** Everything arrives so much later, in order. */
  delay(ms: number, direction?: Direction): void;
  /** No silence and no delay; what was held back arrives. */
  heal(): void;
}

/** What happens to a new connection: it is carried, swallowed in silence, or refused. */
export type Welcome = 'carry' | 'swallow' | 'refuse';

export interface FaultProxy {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  welcome: Welcome;
  /** The open paths, the newest last. */
  paths(): Path[];
  /** The open path that came last. @throws when there is none */
  newest(): Path;
  /** Resets every path, and refuses new ones until `welcome` is `carry` again. */
  cut(): void;
  /** Cuts every path. */
  close(): Promise<void>;
}

/** Closed when the test is over. */
export async function startFaultProxy(serverPort: number): Promise<FaultProxy> {
  const open = new Set<Path>();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function accept(client: Socket): void {
    if (proxy.welcome === 'refuse') {
      client.on('error', ignore).resetAndDestroy();
      return;
    }
    const upstream = connect({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', ignore).on('close', () => sockets.delete(socket));
    }
    const path = createPath(client, upstream, () => open.delete(path));
    open.add(path);
    if (proxy.welcome === 'swallow') path.silence();
  }

  const proxy: FaultProxy = {
    port,
    url: `http://127.0.0.1:${port}`,
    welcome: 'carry',
    paths: () => [...open],
    newest() {
      const path = [...open].at(-1);
      if (!path) throw new Error('There is no open path.');
      return path;
    },
    cut() {
      proxy.welcome = 'refuse';
      for (const path of open) path.reset();
    },
    async close() {
      if (!server.listening) return;
      server.close();
      for (const path of open) path.reset();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  onTestFinished(() => proxy.close());
  return proxy;
}

/** @param onOver hears that the path is cut, or that both its ends have closed it */
function createPath(client: Socket, upstream: Socket, onOver: () => void): Path {
  const toServer = createPipe(client, upstream);
  const toClient = createPipe(upstream, client);
  const pipes: Record<Direction, Pipe[]> = {
    'to server': [toServer],
    'to client': [toClient],
    both: [toServer, toClient],
  };
  let isOpen = true;

  function finish(): void {
    isOpen = false;
    for (const pipe of pipes.both) pipe.close();
    onOver();
  }

  for (const socket of [client, upstream]) {
    socket.on('close', () => {
      if (isOpen && client.destroyed && upstream.destroyed) finish();
    });
  }
  return {
    get port() {
      return upstream.localPort;
    },
    get isOpen() {
      return isOpen;
    },
    end() {
      if (!isOpen) return;
      finish();
      client.destroySoon();
      upstream.destroySoon();
    },
    reset() {
      if (!isOpen) return;
      finish();
      breakOff(client);
      breakOff(upstream);
    },
    halfClose(direction) {
      for (const pipe of pipes[direction]) pipe.end();
    },
    silence(direction = 'both') {
      for (const pipe of pipes[direction]) pipe.hold();
    },
    delay(ms, direction = 'both') {
      for (const pipe of pipes[direction]) pipe.delay(ms);
    },
    heal() {
      for (const pipe of pipes.both) pipe.heal();
    },
  };
}

function ignore(): void {
  // A path that breaks is what the proxy is for; both ends hear of it by themselves.
}
