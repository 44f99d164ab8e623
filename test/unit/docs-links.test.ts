// Every link of a Markdown file to another file of the project, and to a heading, leads somewhere.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFile, listFiles, projectRoot, readText } from '../support/source-files.js';

const pages = [
  ...readdirSync(projectRoot).filter((name) => name.endsWith('.md')),
  'examples/react/README.md',
  ...['deploy', 'docs', 'server', 'client', 'test'].flatMap((folder) => listFiles(folder, '.md')),
];

/** The text without what stands in code, where a bracket is no link and a # no heading. */
function withoutCode(text: string): string {
  return text.replace(/^( *)(```|~~~)[^]*?^\1\2$/gm, '');
}

function linksIn(page: string): string[] {
  const text = withoutCode(readText(page)).replace(/`[^`\n]*`/g, '`');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** As GitHub makes them of headings: the second one of a name ends in -1. */
function anchorsIn(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(readText(page)).matchAll(/^#{1,6} (.+)$/gm)) {
    const name = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\-_ ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = name;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${name}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURI(path));
  if (!existsSync(join(projectRoot, target))) return true;
  return anchor !== undefined && !(isFile(target) && anchorsIn(target).has(anchor));
}

describe('the links of', () => {
  it.each(pages)('%s', (page) => {
    expect(linksIn(page).filter((link) => isBroken(page, link))).toEqual([]);
  });
});

it('the pages have links to look at', () => {
  expect(linksIn('README.md')).toContain('server/protocol/PROTOCOL.md#the-user-protocol');
});

it('every decision is in the list of decisions, with its own title and date', () => {
  const files = listFiles('docs/decisions', '.md').filter((path) => !path.endsWith('README.md'));
  const lines = files.map((path) => {
    const [title = '', , date = ''] = readText(path).split('\n');
    return `- [${title.slice('# '.length)}](${path.slice('docs/decisions/'.length)}), ${date}`;
  });
  const list = readText('docs/decisions/README.md').split('\n');
  expect(list.filter((line) => line.startsWith('- ['))).toEqual(lines);
  expect(files.map((path) => Number(/\/(\d{4})-/.exec(path)?.[1]))).toEqual(
    files.map((_, index) => index + 1),
  );
});
