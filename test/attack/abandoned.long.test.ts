// Long-polling that is begun and left: it costs little, and nothing when its time is over. That takes 10 to 40 s of real
// time; on a clock that the test moves it is in integration/engine-bounds and integration/connection-ends.
import { expect, it } from 'vitest';
import { inMegabytes } from '../support/figures.js';
import { openSession } from '../support/engine.js';
import { ask } from '../support/http-ask.js';
import { heldBy } from '../support/measured-server.js';
import { openRawHttp } from '../support/raw-http.js';
import { attacked, serverOfFile } from './attacked.js';
import { closeAll, openAll } from './many.js';

const server = serverOfFile();

it('[R15] abandoned handshakes of long-polling with 14 KB of headers end after 10 s', async (context) => {
  const threat = 'handshakes of long-polling that nobody goes on with';
  await attacked(context, server(), { threat, tries: 17_000, of: 'handshakes' }, async (tries) => {
    const before = await server().measure();
    const headers = { 'X-Large': 'h'.repeat(14_000) };
    await openAll(tries, () => openSession(server().url, '', headers));
    const held = await heldBy(server(), before);
    expect(held / tries).toBeLessThan(10_000);
    return `${inMegabytes(held)} at the end of the last one`;
  });
});

it('unfinished chunked POSTs keep no more than their bytes, and nothing behind their end', async (context) => {
  const threat = 'long-polling POSTs in the smallest pieces, without an end';
  await attacked(context, server(), { threat, tries: 100, of: 'requests' }, async (tries) => {
    const before = await server().measure();
    const clients = await openAll(tries, async () => {
      const { pathname, search } = new URL(await openSession(server().url));
      const client = openRawHttp(server().port);
      client.socket.write(
        `POST ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      client.socket.write(`200\r\n${'x'.repeat(0x200)}\r\n`.repeat(2000));
      client.socket.resume();
      return client;
    });
    await ask(server().port, '/healthz');
    const held = (await heldBy(server(), before)) / tries;
    await closeAll(clients);
    expect(held).toBeLessThan(4_000_000);
    return `${inMegabytes(held)} kept of each`;
  });
});
