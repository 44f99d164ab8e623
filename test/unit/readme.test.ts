// The README says what is true: its settings table is the schema, its commands exist.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeSettings } from '../../server/config.js';
import { packageRoot } from '../../server/package-root.js';
import { readTable } from '../support/tables.js';

const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
const scripts = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** What npm does without a script of the package's. */
const ownOfNpm = new Set(['ci', 'pack', 'install']);

it('the settings table has every setting, its default and its meaning, and nothing else', () => {
  const table = /<!-- settings -->\n([^]*?)<!-- \/settings -->/.exec(readme)?.[1] ?? '';
  const expected = describeSettings().map(({ env, fallback, about }) => [
    `\`${env}\``,
    fallback === '' ? '' : `\`${fallback}\``,
    about,
  ]);
  expect(readTable(table).rows).toEqual(expected);
});

it('every npm command in it exists', () => {
  const commands = [...readme.matchAll(/npm (?:run )?(ci|start|test|[a-z:]+)\b/g)].map(
    ([, name]) => name ?? '',
  );
  expect(commands.length).toBeGreaterThan(4);
  for (const name of commands) expect(ownOfNpm.has(name) || name in scripts, `npm ${name}`).toBe(true);
});

it('has the two commands that do everything', () => {
  expect(readme).toContain('npm ci && npm start');
  expect(readme).toContain('npm ci && npm test');
});
