// Reads the tables of the documents, so that a test can compare them with the code.
import { readText } from './source-files.js';

export interface Table {
  /** The names of the columns. */
  head: string[];
  rows: string[][];
}

/** Every table of a page, or of the section under a heading. @throws if there is none */
export function tablesIn(page: string, heading?: string): Table[] {
  const text = readText(page);
  const section = heading === undefined ? text : `\n${text}`.split(`\n${heading}\n`)[1]?.split(/^#+ /m)[0];
  const tables = [...(section ?? '').matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => readTable(table));
  if (tables.length === 0) throw new Error(`${page} has no table under "${heading}".`);
  return tables;
}

export function readTable(text: string): Table {
  const [head = [], , ...rows] = text.trim().split('\n').map(cellsOf);
  return { head, rows };
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
