// The programs in docs/client.md, each run in Node as it stands there.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../server/package-root.js';
import { documentedFiles } from '../support/documented-files.js';
import { startParley } from '../support/parley.js';

const programs = documentedFiles('docs/client.md').filter(({ name }) => name.endsWith('.mjs'));

it('there are programs', () => {
  expect(programs.map(({ name }) => name)).toEqual(['two.mjs', 'wait.mjs', 'echo.mjs', 'names.mjs']);
});

it.each(programs)('$name prints what it says', async ({ text }) => {
  const { url } = await startParley();
  const expected = [...text.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line]) => line);
  const args = ['--input-type=module', '-e', text.replaceAll('http://localhost:8181', url)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageRoot });
  expect(stdout.trim().split('\n')).toEqual(expected);
});
