// A clock on the wall that is wrong, for one process: every date is off, while what only goes forward (CLOCK_MONOTONIC)
// stays as it is.
import { existsSync, readdirSync } from 'node:fs';

const folder = '/usr/lib';

/**
 * Goes behind the wrong clock, so that memory comes from here: jemalloc, which redis-server brings with it, asks for the
 * time as it starts, and libfaketime, as it starts, for memory; each waits for the other for ever.
 */
const plainMemory = 'libc.so.6';

/**
 * What has to be in a process's environment. The program `faketime` itself is not used: in front of a process it would
 * stay its parent, to which signals would go; and it does not start where an earlier one of its number was killed
 * ("sem_open: File exists").
 * @param offset as `+90s` or `-1h`
 */
export function wrongClock(offset: string): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: `${findLibrary()} ${plainMemory}`,
    FAKETIME: offset,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** In a folder for each kind of machine, as Debian has them. */
function findLibrary(): string {
  for (const name of readdirSync(folder)) {
    const library = `${folder}/${name}/faketime/libfaketime.so.1`;
    if (existsSync(library)) return library;
  }
  throw new Error('faketime is missing: apt-get install -y --no-install-recommends faketime');
}
