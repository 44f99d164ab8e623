// Half a minute of connections that come and go: what the process has from the system afterwards. What is more than before
// is garbage that V8 has not collected yet, since an idle process allocates nothing: a collection gives it back.
import { expect, it } from 'vitest';
import { inMegabytes } from '../support/figures.js';
import { startMeasuredServer } from '../support/measured-server.js';
import { closeFrameOf, frameOf, openRawSocketIo, openRawWebSocket } from '../support/raw-websocket.js';
import { noteAttack } from './attack-table.js';

const churnMs = 30_000;
const atOnce = 100;

it('after 30 s of churn a collection leaves the memory as it was before', async (context) => {
  const server = await startMeasuredServer({ graceMs: 200 });
  const before = await server.measure();
  let connections = 0;
  let highest = 0;
  const until = performance.now() + churnMs;
  const comeAndGo = async (worker: number): Promise<void> => {
    while (performance.now() < until) {
      const room = await openRawSocketIo(server.port);
      room.write(
        frameOf(`42["create or join","churn ${worker}"]`),
        frameOf(`42["message","${'x'.repeat(20_000)}"]`),
      );
      room.write(closeFrameOf(1000));
      const call = await openRawWebSocket(server.callsPort, '/');
      call.write(frameOf(`{"type":"login","name":"churn ${worker}"}`), closeFrameOf(1000));
      await Promise.all([room.closed, call.closed]);
      connections += 2;
      if (worker === 0) highest = Math.max(highest, (await server.glance()).rss);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, worker) => comeAndGo(worker)));
  await expect
    .poll(async () => (await server.glance()).descriptors)
    .toBeLessThanOrEqual(before.descriptors + 2);
  const idle = await server.glance();
  const after = await server.measure();
  noteAttack(context, {
    threat: 'churn',
    tries: `${connections} connections in ${churnMs / 1000} s`,
    result: `RSS ${inMegabytes(before.rss)} -> ${inMegabytes(idle.rss)}, after a collection ${inMegabytes(after.rss)}, at most ${inMegabytes(highest)}; heap ${inMegabytes(before.heapUsed)} -> ${inMegabytes(after.heapUsed)}`,
  });
  expect(after.heapUsed).toBeLessThan(before.heapUsed + 10e6);
  expect(after.rss).toBeLessThan(before.rss + 100e6);
  expect(highest).toBeLessThan(300e6);
});
