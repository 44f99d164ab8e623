// The tables of a run, as text for a terminal and as Markdown for docs/performance.md.
import type { Contestant } from './contestants.js';
import type { Results, Summary } from './results.js';
import { summarize } from './results.js';
import { wantedCoverage } from './statistics.js';
import type { Row, Unit } from './workload.js';

/** A server with which the others are compared. */
export interface Base {
  /** Above its column. */
  title: string;
  /** The contestant that is compared with this one; undefined if there is none. */
  of: (contestant: Contestant) => string | undefined;
}

export interface Section {
  title: string;
  rows: readonly Row[];
  contestants: readonly Contestant[];
  bases: readonly Base[];
  rounds: number;
}

type Line = readonly string[];

interface Table {
  head: Line;
  groups: { title: string; lines: Line[] }[];
}

export function textReport(section: Section, results: Results): string {
  const { head, groups } = tableOf(section, results);
  const all = [head, ...groups.flatMap(({ lines }) => lines)];
  const widths = head.map((_, column) => Math.max(...all.map((line) => (line[column] ?? '').length)));
  const padded = (line: Line): string => {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `    ${cells.join('   ')}`.trimEnd();
  };
  const shown = groups.flatMap(({ title, lines }) => [`  ${title}`, ...lines.map(padded)]);
  return [`${section.title}: ${noteOf(section)}`, padded(head), ...shown].join('\n');
}

export function markdownReport(section: Section, results: Results): string {
  const { head, groups } = tableOf(section, results);
  const shown = groups.flatMap(({ title, lines }) => [
    markdownLine([`**${title}**`, ...head.slice(1).map(() => '')]),
    ...lines.map(markdownLine),
  ]);
  const ruler = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [
    `### ${section.title}`,
    '',
    noteOf(section),
    '',
    markdownLine(head),
    markdownLine(ruler),
    ...shown,
  ].join('\n');
}

function markdownLine(cells: Line): string {
  return `| ${cells.join(' | ')} |`;
}

function tableOf({ rows, contestants, bases }: Section, results: Results): Table {
  const measured = (row: Row): Contestant[] =>
    contestants.filter(({ id }) => results.values(row.id, id).length > 0);
  return {
    head: ['', ...bases.map(({ title }) => title), 'median', 'smallest to largest'],
    groups: rows.map((row) => ({
      title: row.title,
      lines: measured(row).map((contestant) => {
        const values = results.values(row.id, contestant.id);
        const ratios = bases.map(({ of }) => {
          const base = of(contestant);
          return base === undefined ? '' : ratioText(results.ratio(row.id, contestant.id, base));
        });
        const range = `${valueText(Math.min(...values))} to ${valueText(Math.max(...values))}`;
        return [
          contestant.label,
          ...ratios,
          `${valueText(summarize(values).median)} ${row.unit satisfies Unit}`.trim(),
          range,
        ];
      }),
    })),
  };
}

function noteOf({ rounds, bases }: Section): string {
  const times = `${rounds} round${rounds === 1 ? '' : 's'}`;
  if (bases.length === 0) return `${times}.`;
  const { low, high, coverage } = summarize(Array.from({ length: rounds }, (_, index) => index));
  const percent = `${(coverage * 100).toFixed(0)} %`;
  if (rounds === 1) return `${times}: ratios without an interval.`;
  if (coverage < wantedCoverage) {
    return `${times}; ratios are medians over rounds, with the smallest and the largest (which cover the true median with ${percent}).`;
  }
  return `${times}; ratios are medians over rounds, with their ${percent} interval (values ${low + 1} to ${high + 1} of ${rounds} in order).`;
}

function ratioText(ratio: Summary | undefined): string {
  if (!ratio) return '';
  const { median, low, high } = ratio;
  return low === high ? median.toFixed(2) : `${median.toFixed(2)} [${low.toFixed(2)}–${high.toFixed(2)}]`;
}

/** Three digits that count. */
function valueText(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2);
}
