// Rules and protocol are pure: they compile where there is no clock, no console and no I/O, and what is not, does not.
import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../support/source-files.js';

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
      // Where CI is set, typescript-eslint would read the file from disk instead of the planted text.
      const parserOptions = { disallowAutomaticSingleRunInference: true };
      const eslint = new ESLint({
        cwd: projectRoot,
        overrideConfig: [{ languageOptions: { parserOptions } }],
      });
      const [result] = await eslint.lintText(planted, { filePath: plantedIn });
      const rules = result?.messages.map(({ ruleId }) => ruleId) ?? [];
      expect(rules.some((rule) => rule?.startsWith('no-restricted-'))).toBe(true);
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
