// A clock on the wall that is wrong, for one process: every date is off, while what only goes forward (CLOCK_MONOTONIC)
// stays as it is.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const program = '/usr/bin/faketime';

/**
 * Goes behind the wrong clock, so that memory comes from here: jemalloc, which redis-server brings with it, asks for the
 * time as it starts, and libfaketime, as it starts, for memory; each waits for the other for ever.
 */
const plainMemory = 'libc.so.6';

/**
 * What has to be in a process's environment. The program itself is not put in front of the process: it would stay its
 * parent, and signals would go to the parent.
 * @param offset as `+90s` or `-1h`
 */
export async function wrongClock(offset: string): Promise<NodeJS.ProcessEnv> {
  if (!existsSync(program)) {
    throw new Error('faketime is missing: apt-get install -y --no-install-recommends faketime');
  }
  const { stdout } = await promisify(execFile)(program, ['-f', offset, 'printenv', 'LD_PRELOAD']);
  return {
    LD_PRELOAD: `${stdout.trim()} ${plainMemory}`,
    FAKETIME: offset,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}
