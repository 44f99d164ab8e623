// The processor time of a process by the kernel's own accounting. Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/** The scheduler counts in ns, but only for threads that still run. */
const nsPerUs = 1000;

/** /proc/<pid>/stat counts in hundredths of a second, threads that have ended included. */
const usPerTick = 10_000;

/** µs of all threads, in the program and in the kernel: the first number of each thread's `schedstat`. */
export function cpuUsOf(pid: number): number {
  const folder = `/proc/${pid}/task`;
  const ns = readdirSync(folder).map((thread) =>
    Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, each) => sum + each, 0) / nsPerUs;
}

/** The same with a coarser clock, and with the threads that have ended. */
export function coarseCpuUsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may have spaces in it: the 14th and the 15th of all fields.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * usPerTick;
}

const allowedShare = 0.05;
const allowedUs = 50_000;

/** @throws {Error} if the two clocks of the kernel differ: then a thread has ended and its time is missing */
export function checkCpuClocks(pid: number): void {
  const [fine, coarse] = [cpuUsOf(pid), coarseCpuUsOf(pid)];
  if (Math.abs(fine - coarse) > allowedUs + allowedShare * coarse) {
    throw new Error(
      `The kernel's accounting of process ${pid} differs: ${fine} µs by thread, ${coarse} µs in all.`,
    );
  }
}
