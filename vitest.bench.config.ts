// What things cost (`npm run bench`): measured and printed as a table. No time is asserted, since machines differ.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/bench/*-bench.ts'],
    testTimeout: 900_000,
    hookTimeout: 30_000,
    reporters: ['default', './test/chaos/figures-reporter.ts'],
    // One at a time: each wants the machine for itself.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
