// What somebody has to load to use the library, gzipped: the whole as one script, and what a bundler makes of one import.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { packageRoot } from '../../server/package-root.js';
import { installPackage } from '../support/installed-package.js';

function gzippedBytes(what: string, script: Uint8Array): number {
  const { length } = gzipSync(script, { level: 9 });
  console.log(`${what}: ${length} bytes gzipped, ${script.length} bytes as it is`);
  return length;
}

it('the library for a script tag is at most 35,000 bytes', () => {
  const script = readFileSync(join(packageRoot, 'dist/client/parley.js'));
  expect(gzippedBytes('the script with everything', script)).toBeLessThanOrEqual(35_000);
});

/** What a bundler makes of a program, in bytes. */
async function bundle(what: string, program: string, external: string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: installPackage() },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
  });
  const scripts = outputFiles.map(({ contents }) => gzippedBytes(what, contents));
  expect(scripts).toHaveLength(1);
  return scripts[0] ?? NaN;
}

it.each([
  ['openChannel', 22_000],
  ['openUserLine', 12_000],
  ['ChannelFailure', 1000],
  ['CallFailure', 1000],
])('a bundle of %s alone is at most %i bytes', async (name, maxBytes) => {
  const program = `import { ${name} } from 'parley/client'; console.log(${name});`;
  // ws is for Node only.
  expect(await bundle(`${name} alone`, program, ['ws'])).toBeLessThanOrEqual(maxBytes);
});

it('the hooks of parley/react are at most 1,500 bytes, without React and parley/client', async () => {
  const program = `import { useCall, useChannel } from 'parley/react'; console.log(useCall, useChannel);`;
  const bytes = await bundle('the hooks', program, ['react', '../index.js']);
  expect(bytes).toBeGreaterThan(500);
  expect(bytes).toBeLessThanOrEqual(1500);
});
