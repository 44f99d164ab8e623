// Reads the tables of the documents, so that a test can compare them with the code.
import { readText } from './source-files.js';

/** The cells of the first table under this heading, row by row, without its head. @throws if there is none */
export function rowsUnder(page: string, heading: string): string[][] {
  const [, section] = `\n${readText(page)}`.split(`\n${heading}\n`);
  const table = /(?:^\|.*\n)+/m.exec(section?.split(/^#+ /m)[0] ?? '')?.[0];
  if (table === undefined) throw new Error(`${page} has no table under "${heading}".`);
  return rowsOf(table);
}

/** @param table from its head on */
export function rowsOf(table: string): string[][] {
  return table.trim().split('\n').slice(2).map(cellsOf);
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
