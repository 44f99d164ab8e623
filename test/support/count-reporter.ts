// Closes a run: how many tests of each tier ran and how long, which passed only at the second try and why not at the
// first, and one plain line with the counts.
import type { Reporter, TestCase, TestModule } from 'vitest/node';

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const run = summarize(modules, errors.length);
    for (const line of run) console.log(line);
  }
}

/** @param errors that belong to no test, such as an unhandled rejection: each counts as a failure */
export function summarize(modules: readonly TestModule[], errors: number): string[] {
  const tests = modules.flatMap(testsOf);
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  // A file that fails as a whole, such as one that does not parse, has no tests that could fail.
  const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
  // A test that was interrupted is still pending: it has not passed.
  const failed = count('failed') + count('pending') + brokenFiles + errors;
  const skipped = count('skipped');
  const flaky = tests.filter((test) => test.diagnostic()?.flaky);
  return [
    '',
    ...tierTable(modules),
    '',
    `flaky: ${flaky.length}`,
    ...flaky.flatMap((test) => [
      `  ${test.module.relativeModuleId} > ${test.fullName}`,
      ...(test.result().errors ?? []).map(({ message }) => `    ${message}`),
    ]),
    `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  ];
}

/** Seconds are the sum over the files of a tier, which run side by side. */
function tierTable(modules: readonly TestModule[]): string[] {
  const tiers = [...new Set(modules.map((module) => module.project.name))];
  const rows = tiers.map((tier) => {
    const files = modules.filter((module) => module.project.name === tier);
    const ms = files.reduce((sum, file) => sum + file.diagnostic().duration, 0);
    const ran = files.flatMap(testsOf).filter((test) => test.result().state !== 'skipped');
    return [tier, String(files.length), String(ran.length), (ms / 1000).toFixed(1)];
  });
  return [['tier', 'files', 'tests', 'seconds'], ...rows].map(([tier = '', ...figures]) =>
    [tier.padEnd(12), ...figures.map((figure) => figure.padStart(8))].join(' '),
  );
}

function testsOf(module: TestModule): TestCase[] {
  return [...module.children.allTests()];
}
