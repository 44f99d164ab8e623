// Closes a chaos run with the table of what it measured.
import type { Reporter, TestModule } from 'vitest/node';
import '../support/figures.js';

export default class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const figures = modules
      .flatMap((module) => [...module.children.allTests()])
      .flatMap((test) => test.meta().figures ?? []);
    if (figures.length === 0) return;
    const width = Math.max(...figures.map(({ what }) => what.length));
    const valueWidth = Math.max(...figures.map(({ measured }) => measured.length));
    console.log('\nfigures');
    for (const { what, measured, goal } of figures) {
      const aim = goal === '' ? '' : `  (goal: ${goal})`;
      console.log(`  ${what.padEnd(width)}  ${measured.padStart(valueWidth)}${aim}`);
    }
  }
}
