// A proxy for tests: each TCP connection through it has an address of its own in X-Forwarded-For.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** @returns its port; it ends with the test */
export async function openForwarder(port: number): Promise<number> {
  const sockets = new Set<Socket>();
  let clients = 0;
  const server = createServer((client) => {
    const address = `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}`;
    clients++;
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    // A client sends the whole head of its first request in one write.
    client.once('data', (head: Buffer) => {
      const end = head.indexOf('\r\n') + 2;
      upstream.write(head.subarray(0, end));
      upstream.write(`X-Forwarded-For: ${address}\r\n`);
      upstream.write(head.subarray(end));
      client.pipe(upstream);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
