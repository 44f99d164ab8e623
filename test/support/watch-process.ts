// Notes every error that would have ended the process, so that a test can say that there was none.
import { expect, onTestFinished } from 'vitest';

export interface WatchedProcess {
  /** Nothing was thrown or rejected unheard so far. */
  expectCalm(): void;
}

export function watchProcess(): WatchedProcess {
  const unheard: unknown[] = [];
  const note = (cause: unknown): void => {
    unheard.push(cause);
  };
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  onTestFinished(() => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
  });
  return {
    expectCalm() {
      expect(unheard).toEqual([]);
    },
  };
}
