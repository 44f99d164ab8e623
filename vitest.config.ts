import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/chaos/draw-seed.ts'],
    // How long something may take to become so, on a machine that is busy with other tests.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/count-reporter.ts'],
    // Two real browsers at once are enough for a small machine.
    maxWorkers: 2,
  },
});
