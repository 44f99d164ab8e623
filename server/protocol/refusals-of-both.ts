// The refusals that have the same text in both protocols.

export const refusalsOfBoth = {
  /** @param limit messages a second; 0: only their bytes are limited */
  tooFast: (limit: number) =>
    ({
      code: 'too-fast',
      message: 'This connection sends faster than it may. It is closed if it goes on.',
      limit,
    }) as const,
  tooSlow: (limit: number) =>
    ({
      code: 'too-slow',
      message: `More than ${limit} bytes were waiting for this connection to read them, so it is closed.`,
      limit,
    }) as const,
  unavailable: () =>
    ({
      code: 'unavailable',
      message: 'The server could not do that just now. Please try again.',
    }) as const,
};

/** @param retryInMs when a request to enter, or a login, may be decided again */
export function tryLater(retryInMs: number) {
  return {
    code: 'try-later',
    message: 'Too many requests from your network have failed. Please try again in a moment.',
    retryInMs,
  } as const;
}
