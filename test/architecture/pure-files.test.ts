// Rules and protocol are pure: they compile where there is no clock, no console and no I/O, and what is not, does not.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../support/source-files.js';

const run = promisify(execFile);
const configPath = join(projectRoot, 'server/tsconfig.pure.json');
const plantedIn = join(projectRoot, 'server/rooms/room-rules.ts');

describe('the compiler', () => {
  it('accepts the pure files with a library that has no globals', () => {
    const { fileNames } = readConfig();
    expect(fileNames).toContain(plantedIn);
    expect(complaintsAbout()).toEqual([]);
  });

  it.each([
    'console.log("hi");',
    'setTimeout(() => {}, 1);',
    'export const env = process.env;',
    'void fetch("/");',
    'export const now = performance.now();',
    'export const id = crypto.randomUUID();',
    'export const bytes = Buffer.from("hi");',
    'export const title = document.title;',
    'import { readFileSync } from "node:fs"; readFileSync("x");',
  ])('refuses %s', (planted) => {
    expect(complaintsAbout(planted).join('\n')).toMatch(/Cannot find/);
  });
});

describe('the linter', () => {
  it.each(['export const now = Date.now();', 'export const chance = Math.random();', 'globalThis.x = 1;'])(
    'refuses %s, which the library has',
    async (planted) => {
      const folder = await mkdtemp(join(tmpdir(), 'parley-lint-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      await writeFile(join(folder, 'planted-rules.ts'), planted);
      const config = join(projectRoot, '.oxlintrc.json');
      const linting = run(join(projectRoot, 'node_modules/.bin/oxlint'), ['-c', config, '-f', 'unix'], {
        cwd: folder,
      });
      await expect(linting).rejects.toMatchObject({
        stdout: expect.stringContaining('no-restricted-') as string,
      });
    },
  );
});

function readConfig(): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(configPath, (path) => ts.sys.readFile(path)) as { config: unknown };
  return ts.parseJsonConfigFileContent(config, ts.sys, join(projectRoot, 'server'));
}

/** @param planted stands in the rules of the rooms, instead of what is there */
function complaintsAbout(planted?: string): string[] {
  const { options, fileNames } = readConfig();
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  host.readFile = (path) => (planted !== undefined && path === plantedIn ? planted : read(path));
  const files = planted === undefined ? fileNames : [plantedIn];
  const program = ts.createProgram(files, options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
