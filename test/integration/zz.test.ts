// x
import { it } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { userRecords } from '../../server/users/user-domain.js';
import { graceMs, heartbeatMs, userEndings } from '../support/endings.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';
import { startUserGateway } from '../support/user-gateway.js';
it('x', async () => {
  const clock = createHeldClock();
  const after = clock.after;
  const log = (...a: unknown[]) => console.log(...a);
  clock.after = (ms, task) => {
    log(
      'after',
      clock.now(),
      ms,
      new Error().stack
        ?.split('\n')
        .slice(2, 5)
        .map((l) => l.trim().replace(/file:.*h2/, ''))
        .join(' < '),
    );
    const c = after(ms, () => {
      log('run', ms);
      task();
    });
    return () => {
      log('cancel', ms);
      c();
    };
  };
  const scheduler = schedulerOn(clock);
  const url = await startUserGateway(createMemoryRecordStore(userRecords, clock.now), {
    graceMs,
    heartbeatMs,
    scheduler,
  });
  const { port } = new URL(url);
  const e = userEndings['a user with a resume token that goes and does not return'];
  setTimeout(() => log('timers', clock.timers), 5000);
  await e?.({ url, port: Number(port), clock, store: {} as never });
});
