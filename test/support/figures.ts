// What a scenario measured, beside what it had to reach. The reporter prints it when the run is over.
import type { TestContext } from 'vitest';

export interface Figure {
  what: string;
  measured: string;
  /** Empty when nothing has to be reached: it is only shown. */
  goal: string;
}

declare module 'vitest' {
  interface TaskMeta {
    figures?: Figure[];
  }
}

export function noteFigure({ task }: TestContext, what: string, measured: string | number, goal = ''): void {
  (task.meta.figures ??= []).push({ what, measured: String(measured), goal });
}

/** The value that so many hundredths of the values do not exceed. 0 of none. */
export function percentile(values: readonly number[], hundredths: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * hundredths) / 100) - 1)] ?? 0;
}

export function inMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
