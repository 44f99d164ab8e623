// One row of the table that `npm run attack` prints: a threat, how often it was tried, and what came of it.
import type { TestContext } from 'vitest';

export interface Attack {
  /** As docs/security.md names it. */
  threat: string;
  /** With its unit: `1,000 connections`, `30 s at full speed`. */
  tries: string;
  /** What was measured, with what was allowed. */
  result: string;
}

declare module 'vitest' {
  interface TaskMeta {
    attacks?: Attack[];
  }
}

/** Call it before the expectations: a row that fails is printed, too. */
export function noteAttack({ task }: Pick<TestContext, 'task'>, attack: Attack): void {
  (task.meta.attacks ??= []).push(attack);
}
