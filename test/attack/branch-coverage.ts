// Which branches of the parsers have run in a server process. Counts as Istanbul does: both ways of each `if` and each `? :`,
// each part of `&&`, `||` and `??`, each `case`, each default of an argument; in the built JavaScript of the server, and, of
// the limits of a connection, only in what reads a CONNECT.
import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { convert } from 'ast-v8-to-istanbul';
import { parseSync } from 'vite';

const parsers =
  /\/dist\/server\/(?:protocol\/parse[^/]*|transport\/(?:packet-decoder|connection-limits))\.js$/;
const readers = /^(?:checkConnect|textOfConnect|isTooLarge|payloadOf|isNestedDeeper)$/;

export interface BranchCoverage {
  branches: number;
  taken: number;
  /** Where the others are: `parse-enter.js:30`. */
  untaken: string[];
}

interface Range {
  start: { line: number };
  end: { line: number };
}

export async function branchCoverageOf(scripts: readonly Profiler.ScriptCoverage[]): Promise<BranchCoverage> {
  const all: { place: string; isTaken: boolean }[] = [];
  for (const coverage of scripts.filter(({ url }) => parsers.test(url))) {
    const code = readFileSync(fileURLToPath(coverage.url), 'utf8');
    for (const file of Object.values(
      await convert({ code, coverage, ast: parseSync(coverage.url, code).program }),
    )) {
      const { branchMap, fnMap, b } = 'toJSON' in file ? file.toJSON() : file;
      const read = Object.values(fnMap).filter(({ name }) => readers.test(name));
      const name = coverage.url.split('/').at(-1) ?? '';
      for (const [id, { locations, loc }] of Object.entries(branchMap)) {
        if (name === 'connection-limits.js' && !read.some((reader) => isIn(loc, reader.loc))) continue;
        locations.forEach((_location, way) => {
          all.push({ place: `${name}:${loc.start.line}`, isTaken: (b[id]?.[way] ?? 0) > 0 });
        });
      }
    }
  }
  const untaken = all.filter(({ isTaken }) => !isTaken).map(({ place }) => place);
  return { branches: all.length, taken: all.length - untaken.length, untaken };
}

function isIn(inner: Range, outer: Range): boolean {
  return inner.start.line >= outer.start.line && inner.end.line <= outer.end.line;
}
