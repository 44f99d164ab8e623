// Connections that are as slow as they may be (the three modes of slowhttptest): headers, bodies, readers. Each that the
// server closes is opened again, and all the time the page answers.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inMs } from '../support/figures.js';
import { ask } from '../support/http-ask.js';
import { getOf, openRawHttp, type RawHttp } from '../support/raw-http.js';
import { scaled } from '../support/scale.js';
import { attacked, serverOfFile } from './attacked.js';

const server = serverOfFile();
const lastMs = scaled(60_000, 2000);
/** Between two pieces of a header or a body. */
const betweenMs = 1000;
const probeEveryMs = 50;

/** What is written first, what is written again and again, and whether the answer is read. */
const modes = [
  { begin: 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n', more: 'X-Slow: y\r\n', reads: true },
  {
    begin: 'POST /leave HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n',
    more: 'x',
    reads: true,
  },
  { begin: getOf('/parley.js').repeat(50), more: '', reads: false },
];

it('slow connections: every probe of the page is answered', async (context) => {
  const threat = 'slow headers, slow bodies, slow readers';
  const of = `connections for ${lastMs / 1000} s`;
  await attacked(context, server(), { threat, tries: scaled(1000, 60), of }, async (tries) => {
    const until = performance.now() + lastMs;
    const isOver = (): boolean => performance.now() > until;
    const open = new Set<RawHttp>();
    const slow = Array.from({ length: tries }, async (_, number) => {
      const mode = modes[number % modes.length];
      while (mode && !isOver()) await keepOpen(mode, open);
    });
    const times: number[] = [];
    let most = 0;
    while (!isOver()) {
      const askedAt = performance.now();
      const { status, body } = await ask(server().port, '/');
      expect([status, body.startsWith('<!doctype html>')]).toEqual([200, true]);
      times.push(performance.now() - askedAt);
      most = Math.max(most, open.size);
      await pause(probeEveryMs);
    }
    for (const { socket } of open) socket.destroy();
    await Promise.all(slow);
    expect(most).toBe(tries);
    return `${times.length} of ${times.length} probes answered, the slowest after ${inMs(Math.max(...times))}`;
  });
});

async function keepOpen({ begin, more, reads }: (typeof modes)[number], open: Set<RawHttp>): Promise<void> {
  const client = openRawHttp(server().port);
  open.add(client);
  if (reads) client.read();
  client.socket.write(begin);
  const timer = setInterval(() => client.socket.write(more), betweenMs);
  await client.closed;
  clearInterval(timer);
  open.delete(client);
}
