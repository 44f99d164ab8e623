// Words that no file has: ways around compiler, linter and tests, ways to turn text into HTML, names that say nothing.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { listFiles, readSources, readText, walk } from '../support/source-files.js';

const own = 'test/architecture/words.test.ts';
const source = readSources('server', 'client');
const tests = readSources('test').filter(({ path }) => path !== own);
const everything = [...source, ...tests];
const texts = [
  ...everything,
  ...['server', 'client', 'public', 'test', 'examples/react/src']
    .flatMap((folder) =>
      ['.html', '.css', '.md', '.mjs', '.json', '.tsx'].flatMap((ending) => listFiles(folder, ending)),
    )
    .map((path) => ({ path, text: readText(path) })),
];

interface Ban {
  why: string;
  pattern: RegExp;
  files: { path: string; text: string }[];
}

const bans: Ban[] = [
  {
    why: 'nothing is kept from the linter',
    pattern: /(?:eslint|oxlint)-(?:disable|enable)|(?:prettier|oxfmt)-ignore/,
    files: texts,
  },
  { why: 'nothing is kept from the compiler', pattern: /@ts-(?:ignore|expect-error|nocheck)/, files: texts },
  { why: 'nothing is kept from the coverage', pattern: /(?:v8|c8|istanbul) ignore/, files: texts },
  { why: 'no type is forced', pattern: /\bas unknown as\b/, files: everything },
  { why: 'every test runs', pattern: /\.(?:only|skip|todo|skipIf|runIf|fails)\b\s*[(.`]/, files: tests },
  { why: 'no test is tried again', pattern: /\bretry:/, files: tests },
  {
    why: 'text is never HTML',
    pattern:
      /\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|createContextualFragment)\b/,
    files: source,
  },
  { why: 'text is never code', pattern: /\beval\(|\bnew Function\(/, files: source },
  { why: 'pages have no inline script', pattern: /<script(?![^>]*\bsrc=)/, files: inFolder('public/') },
  {
    why: 'a file works on every machine',
    pattern: /(?:["'`\s(=]|file:\/\/)\/(?:home|root|work|tmp|Users|mnt|opt)\//,
    files: texts,
  },
  { why: 'nothing is left for later', pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, files: texts },
];

describe('words', () => {
  it.each(bans)('$why', ({ pattern, files }) => {
    expect(files.length).toBeGreaterThan(0);
    const found = files.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('everything has a type', () => {
    const untyped = everything.flatMap(({ path, tree }) => {
      const found: string[] = [];
      walk(tree, (node) => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}: ${node.parent.getText()}`);
      });
      return found;
    });
    expect(untyped).toEqual([]);
  });

  it('names say something', () => {
    const empty = /(?:^|[^a-z])(?:manager|helper|util|utils|common|misc)(?:s|[^a-z]|$)/i;
    const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2');
    const names = everything.flatMap(({ path, tree }) => {
      const declared = [path.split('/').at(-1) ?? ''];
      walk(tree, (node) => {
        if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isParameter(node)) {
          if (node.name && ts.isIdentifier(node.name)) declared.push(node.name.text);
        } else if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
          declared.push(node.name.text);
        }
      });
      return declared.filter((name) => empty.test(words(name))).map((name) => `${path}: ${name}`);
    });
    expect(names).toEqual([]);
  });

  it('tests name facts: none says what should be', () => {
    const wishes = tests.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:it|describe)\(\s*['"`][^'"`]*\bshould\b.*/g)].map(
        ([line]) => `${path}: ${line}`,
      ),
    );
    expect(wishes).toEqual([]);
  });
});

describe('files', () => {
  it('each says in its first line what it is for', () => {
    const silent = everything.filter(({ text }) => {
      const [first = '', second = ''] = text.split('\n');
      return !(first.startsWith('#!') ? second : first).startsWith('// ');
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('each is short: at most 220 lines of source, 260 of tests', () => {
    const long = everything.filter(
      ({ path, text }) => text.split('\n').length - 1 > (path.startsWith('test/') ? 260 : 220),
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('each name is kebab-case', () => {
    const odd = everything.filter(({ path }) => !/^[a-z\d/-]+(\.long)?(\.test|\.contract)?\.ts$/.test(path));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});

function inFolder(folder: string): { path: string; text: string }[] {
  return listFiles(folder.replace(/\/$/, ''), '.html').map((path) => ({ path, text: readText(path) }));
}
