// Every rule of PROTOCOL.md is kept somewhere and proved somewhere, and no number is made up.
import ts from 'typescript';
import { expect, it } from 'vitest';
import { isFile, listFiles, readSources, readText, walk, type SourceFile } from '../support/source-files.js';

const document = readText('server/protocol/PROTOCOL.md');
const rules = [...document.matchAll(/^\*\*\[([RU]\d+)\]/gm)].map(([, rule = '']) => rule);
const source = readSources('server', 'client').map(({ path, text }) => ({ path, quoted: quotes(text) }));
const tests = readSources('test').map((file) => ({
  path: file.path,
  quoted: quotes(file.text),
  proved: quotes(namesIn(file).join(' ')),
}));

it('the rules are numbered from 1, without gaps, in order', () => {
  const numbered = (letter: string): string[] => rules.filter((rule) => rule.startsWith(letter));
  for (const letter of ['R', 'U']) {
    expect(numbered(letter)).toEqual(numbered(letter).map((_, index) => `${letter}${index + 1}`));
  }
  expect(numbered('R').length).toBeGreaterThanOrEqual(19);
});

it.each(rules)('[%s] is quoted in the code that keeps it', (rule) => {
  expect(source.filter(({ quoted }) => quoted.has(rule)).map(({ path }) => path)).not.toEqual([]);
});

it.each(rules)('[%s] is quoted in the name of a test that proves it', (rule) => {
  const proving = tests.filter(({ proved }) => proved.has(rule));
  expect(proving.map(({ path }) => path)).not.toEqual([]);
});

it('no file quotes a rule that PROTOCOL.md has not', () => {
  const pages = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'server/protocol/PROTOCOL.md'];
  const prose = [...pages, ...listFiles('docs', '.md')]
    .filter(isFile)
    .map((path) => ({ path, quoted: quotes(readText(path)) }));
  const madeUp = [...source, ...tests, ...prose].flatMap(({ path, quoted }) =>
    [...quoted].filter((rule) => !rules.includes(rule)).map((rule) => `${path}: [${rule}]`),
  );
  expect(madeUp).toEqual([]);
});

function quotes(text: string): Set<string> {
  return new Set([...text.matchAll(/\[([RU]\d+)\]/g)].map(([, rule = '']) => rule));
}

/** Every text of a test file: names of tests, and the facts of tables that name tests. Comments are none. */
function namesIn({ path, tree }: SourceFile): string[] {
  const names: string[] = [];
  if (!path.endsWith('.test.ts') && !path.endsWith('.contract.ts')) return names;
  walk(tree, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) names.push(node.text);
  });
  return names;
}
