// Closes a run of attacks with their table.
import type { Reporter, TestModule } from 'vitest/node';
import './attack-table.js';

export default class AttackReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules
      .flatMap((module) => [...module.children.allTests()])
      .flatMap((test) =>
        (test.meta().attacks ?? []).map(({ threat, tries, result }) => [
          threat,
          tries,
          test.result().state === 'passed' ? 'held' : 'FAILED',
          result,
        ]),
      );
    if (rows.length === 0) return;
    const all = [['threat', 'tries', '', 'result'], ...rows];
    const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
    console.log('\nattacks');
    for (const row of all) {
      console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
    }
  }
}
