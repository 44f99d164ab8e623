// A Redis that answers, but refuses to write: why is logged once, and what passes does not end the process. [R33]
import { expect, it, vi } from 'vitest';
import { RedisRefusal } from '../../server/cluster/redis-client.js';
import { createLease, openLease } from '../support/lease-scene.js';
import { levels, type LogLine } from '../support/log-book.js';

const said = (lines: LogLine[]): unknown[] => lines.map(({ level, msg }) => [level, msg.split(' Until')[0]]);

// As Redis 7 writes them, and as Redis 6 does, which wraps what fails inside a script.
const replies: [reply: string, advice: string][] = [
  [
    "OOM command not allowed when used memory > 'maxmemory'. script: 2f31, on @user_script:14.",
    'It is full: raise its maxmemory, or move what other programs store in it to another Redis.',
  ],
  [
    "ERR Error running script (call to f_2f31): @user_script:14: -READONLY You can't write against a read only replica.",
    'It is a read-only replica: let REDIS_URL lead to the primary, or promote this one.',
  ],
  [
    'NOREPLICAS Not enough good replicas to write.',
    'It has too few replicas: start them, or lower its min-replicas-to-write.',
  ],
  [
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.',
    'It cannot save to its disk: make room there, or turn saving off, which parley does not need.',
  ],
  [
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'It is a replica that has lost its primary: let REDIS_URL lead to a primary.',
  ],
  ['LOADING Redis is loading the dataset in memory', 'It is still loading its data after a start.'],
  [
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    'It is busy with a script of another program.',
  ],
];

it.each(replies)('[R33] %s', async (reply, advice) => {
  const { clock, leases, lease, lines } = createLease();
  const refused = [levels.error, `Redis refuses to write. ${advice}`];
  const again = [levels.info, 'Redis writes again.'];
  leases.refusal = new RedisRefusal(reply);
  await lease.open();
  await clock.advance(60_000);
  expect([lease.isValid(), lease.isReady()]).toEqual([false, false]);
  expect(said(lines)).toEqual([refused]);
  leases.refusal = undefined;
  await clock.advance(200);
  expect([lease.isValid(), lease.isReady()]).toEqual([true, true]);
  expect(said(lines)).toEqual([refused, again]);
  leases.refusal = new RedisRefusal(reply);
  await clock.advance(3000);
  expect([lease.isValid(), lease.isReady()]).toEqual([true, false]);
  expect(said(lines)).toEqual([refused, again, refused]);
});

it('[R33] a refusal that does not pass fails the start', async () => {
  const { leases, lease, lines } = createLease();
  leases.refusal = new RedisRefusal("NOPERM this user has no permissions to run the 'evalsha' command");
  await expect(lease.open()).rejects.toThrow('NOPERM');
  expect(lines).toEqual([]);
});

it('[R33] seats that cannot be reclaimed are one line a second, although it is tried five times', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const { clock, leases, lease, lines } = await openLease();
  lease.onNewEpoch(() => Promise.reject(new RedisRefusal('OOM')));
  leases.isSilent = true;
  await clock.advance(10_000);
  leases.isSilent = false;
  await clock.advance(10_000);
  const failed = (): LogLine[] =>
    lines.filter(({ msg }) => msg.startsWith('Seats and names could not be reclaimed.'));
  expect(failed()).toMatchObject([{ faults: 1 }]);
  now.mockReturnValue(1000);
  await clock.advance(200);
  expect(failed()).toHaveLength(2);
  expect(failed()[1]?.['faults']).toBeGreaterThan(10);
  now.mockRestore();
});
