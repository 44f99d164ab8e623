// One line a second at most for a fault that thousands meet at the same moment, as when a store is away.

const everyMs = 1000;

/** @param write is told the fault, and how many there were since the last line, this one included */
export function createFaultLog(write: (cause: unknown, faults: number) => void): (cause: unknown) => void {
  let writtenAt = -Infinity;
  let faults = 0;
  return (cause) => {
    faults++;
    const now = performance.now();
    if (now - writtenAt < everyMs) return;
    write(cause, faults);
    writtenAt = now;
    faults = 0;
  };
}
