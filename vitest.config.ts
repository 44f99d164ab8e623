// The tests by tier. `npm test` runs them all; `npm run chaos` (`--mode long`) runs the long forms, one file at a time.
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

type ProjectConfig = TestProjectInlineConfiguration['test'];

export default defineConfig(({ mode }) => {
  const isLong = mode === 'long';
  // Measured on two cores: fewer leave them idle, more only take each other's time. In the long form a scenario has the
  // machine for itself.
  const workers = (count: number) => ({ maxWorkers: isLong ? 1 : count, fileParallelism: !isLong });
  const computing = { ...workers(2), sequence: { groupOrder: 0 } };
  const seeing = { ...workers(4), sequence: { groupOrder: 1 } };
  const waiting = { ...workers(5), sequence: { groupOrder: 2 } };
  const secondTry = { retry: isLong ? 0 : 1 };
  // A slow machine makes a test slower, not wrong. Set here: `extends` reads this file again, and not with `--mode`.
  const testTimeout = isLong ? 3_600_000 : 90_000;
  const tier = (name: string, test: ProjectConfig) => ({
    extends: true as const,
    test: { name, testTimeout, ...test },
  });

  return {
    test: {
      reporters: [
        isLong ? 'verbose' : 'default',
        './test/chaos/figures-reporter.ts',
        './test/attack/attack-reporter.ts',
        './test/support/count-reporter.ts',
      ],
      projects: [
        tier('unit', { include: ['test/{unit,architecture}/**/*.test.ts'], ...computing }),
        tier('property', { include: ['test/property/**/*.test.ts'], ...computing }),
        tier('contract', { include: ['test/contract/**/*.test.ts'], ...waiting }),
        tier('integration', { include: ['test/integration/**/*.test.ts'], ...waiting }),
        tier('chaos', {
          include: ['test/chaos/**/*.test.ts'],
          // What an integration test covers in short runs in the long form only.
          exclude: isLong ? [] : ['test/chaos/**/*.long.test.ts'],
          globalSetup: ['test/chaos/draw-seed.ts'],
          ...waiting,
          ...secondTry,
        }),
        // Not tried a second time: an attack that succeeds once has succeeded.
        tier('attack', {
          include: ['test/attack/**/*.test.ts'],
          // Its timers are waited for, too: Engine.IO's longest one is 30 s.
          testTimeout: isLong ? testTimeout : 300_000,
          globalSetup: ['test/chaos/draw-seed.ts'],
          exclude: isLong ? [] : ['test/attack/**/*.long.test.ts'],
          ...waiting,
        }),
        tier('browser', {
          // What promises times under a call, or depends on chance, is measured in the long form.
          include: isLong
            ? [
                'test/browser/**/*.long.test.ts',
                'test/browser/{call-glare,call-network,call-pairs,call-relay,call-tracks,react-mounts}.test.ts',
              ]
            : ['test/browser/**/*.test.ts'],
          exclude: isLong ? [] : ['test/browser/**/*.long.test.ts'],
          ...seeing,
          ...secondTry,
        }),
      ],
      ...(isLong && { env: { CHAOS: 'full' } }),
      // A worker keeps its modules and its browsers from one file to the next.
      isolate: false,
      // How long something may take to become so, on a machine that is busy with other tests; each look at a page costs it
      // work, too.
      expect: { poll: { timeout: 30_000, interval: 150 } },
      hookTimeout: 60_000,
    },
  };
});
