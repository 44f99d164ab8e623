// A TCP balancer before the nodes of a cluster: each new connection goes to a node that is up, in turn. Leaves it to the
// test to say which ones are; a connection stays where it is until one end of it closes.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Balancer {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** No new connection goes there. */
  avoid(nodePort: number): void;
  /** It gets new connections again. */
  use(nodePort: number): void;
  /** How many connections each node holds through here. */
  load(nodePort: number): number;
}

/** Closed when the test is over. With no node up, a connection is refused. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const avoided = new Set<number>();
  const open = new Map<Socket, number>();
  const server = createServer({ noDelay: true }, accept);
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let turn = 0;

  function accept(client: Socket): void {
    const up = ports.filter((each) => !avoided.has(each));
    const target = up[turn++ % up.length];
    if (target === undefined) {
      client.on('error', ignore).resetAndDestroy();
      return;
    }
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    open.set(client, target);
    link(client, upstream);
    link(upstream, client);
  }

  function link(from: Socket, to: Socket): void {
    from.pipe(to);
    from.on('error', ignore);
    from.on('close', () => {
      open.delete(from);
      to.destroySoon();
    });
  }

  onTestFinished(async () => {
    server.close();
    for (const client of open.keys()) client.destroy();
    await once(server, 'close');
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    avoid: (nodePort) => avoided.add(nodePort),
    use: (nodePort) => avoided.delete(nodePort),
    load: (nodePort) => [...open.values()].filter((each) => each === nodePort).length,
  };
}

function ignore(): void {
  // A node that is killed resets its connections; both ends hear of it by themselves.
}
