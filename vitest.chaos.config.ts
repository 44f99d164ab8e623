// The chaos suite in full (`npm run chaos`); `npm test` runs the same files in their short form.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/chaos/**/*.test.ts'],
    env: { CHAOS: 'full' },
    globalSetup: ['test/chaos/draw-seed.ts'],
    expect: { poll: { timeout: 30_000, interval: 50 } },
    hookTimeout: 30_000,
    reporters: ['verbose', './test/chaos/figures-reporter.ts', './test/support/count-reporter.ts'],
    // One at a time: what one scenario does to the machine is not to be another one's figure.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
