// Waits until everything that the server has said is heard: an answer comes after all that was said before it.

export interface CatchUp {
  /** Resolves at the server's answer; after a drop at the next connection's; at the end, when it is over. */
  wait(): Promise<void>;
  /** There is a new connection: whoever waits is told by that one. */
  askAgain(): void;
  end(): void;
}

/** @param ask asks the server; it may never answer */
export function createCatchUp(ask: (answered: () => void) => void): CatchUp {
  const waiting = new Set<() => void>();
  let isOver = false;
  return {
    wait() {
      if (isOver) return Promise.resolve();
      return new Promise((resolve) => {
        const answered = (): void => {
          waiting.delete(answered);
          resolve();
        };
        waiting.add(answered);
        ask(answered);
      });
    },
    askAgain() {
      for (const answered of waiting) ask(answered);
    },
    end() {
      isOver = true;
      for (const answered of [...waiting]) answered();
    },
  };
}
