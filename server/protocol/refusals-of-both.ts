// The refusals that have the same text in both protocols.

export const refusalsOfBoth = {
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
