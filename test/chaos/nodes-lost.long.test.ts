// One of two nodes is killed under many who use the library through nginx: everybody is back on the other one.
import { expect, it } from 'vitest';
import { startCluster } from '../support/cluster.js';
import { openClient, type LibraryClient } from '../support/library-client.js';
import { startNginx } from '../support/nginx.js';
import { inMs, noteFigure, percentile } from '../support/figures.js';

const clients = 2000;
const backWithinMs = 15_000;
/** So many pairs enter at once in the beginning. */
const atOnce = 20;

it(`[R32] one of two nodes killed with ${clients} clients: all are back within 15 s`, async (context) => {
  const { nodes, ports } = await startCluster(2, { env: { TRUST_PROXY: 'true' } });
  const { url } = await startNginx(ports);
  const pairs: [LibraryClient, LibraryClient][] = [];
  while (pairs.length < clients / 2) {
    const names = Array.from({ length: Math.min(atOnce, clients / 2 - pairs.length) }, (_, index) => {
      return `room-${pairs.length + index}`;
    });
    pairs.push(
      ...(await Promise.all(
        names.map(async (name): Promise<[LibraryClient, LibraryClient]> => {
          return [await openClient(url, name), await openClient(url, name)];
        }),
      )),
    );
  }
  const everybody = pairs.flat();
  await Promise.all(everybody.map(({ channel }) => channel.send('before')));

  await nodes[0]?.kill();
  const killedAt = performance.now();
  const backMs = await Promise.all(
    everybody.map(async ({ channel }) => {
      // Heard by the other, who may have had to come back first.
      await channel.send('after');
      return performance.now() - killedAt;
    }),
  );

  const dropped = everybody.filter(({ states }) => states.includes('reconnecting')).length;
  const gone = everybody.filter(({ peers }) => peers.includes('gone')).length;
  const slowest = percentile(backMs, 100);
  noteFigure(context, `a node killed, ${clients} clients: on the dead node`, dropped);
  noteFigure(context, `a node killed, ${clients} clients: heard again, median`, inMs(percentile(backMs, 50)));
  noteFigure(context, `a node killed, ${clients} clients: heard again, last`, inMs(slowest), 'within 15 s');
  noteFigure(context, `a node killed, ${clients} clients: told that the other is gone`, gone, '0');
  expect(dropped).toBeGreaterThan(0);
  expect(slowest).toBeLessThan(backWithinMs);
  expect(gone).toBe(0);
  for (const { messages } of everybody) expect(messages).toEqual(['before', 'after']);
});
