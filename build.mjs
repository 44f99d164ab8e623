// Builds the server (tsc), the library and the pages' scripts (esbuild, types by tsc) into dist/. `npm ci` runs it too, also where only the
// packages for production are installed: there it says so and leaves.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';

const require = createRequire(import.meta.url);

/** Parts of Engine.IO for what this server does not say: WebTransport, and binary data over long-polling. */
const unusedParts = {
  name: 'unused parts of Engine.IO',
  setup({ onLoad }) {
    onLoad({ filter: /engine\.io-client.*webtransport\.js$/ }, () => ({ contents: 'export let WT;' }));
    onLoad({ filter: /engine\.io-parser.*base64-arraybuffer\.js$/ }, () => ({
      contents: 'export const decode = () => {};',
    }));
  },
};

/** What esbuild has minified becomes smaller still by Terser, by some hundred bytes. */
async function makeSmaller(path) {
  const { minify } = await import('terser');
  const map = `${path}.map`;
  const result = await minify(readFileSync(path, 'utf8'), {
    ecma: 2022,
    compress: { passes: 2 },
    sourceMap: { content: readFileSync(map, 'utf8'), url: basename(map) },
  });
  // With a line of its own for whatever somebody puts behind it.
  writeFileSync(path, `${result.code}\n`);
  writeFileSync(map, result.map);
}

function isInstalled(name) {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

if (!isInstalled('typescript/package.json') || !isInstalled('esbuild')) {
  console.log('parley: not built, because the devDependencies are not installed.');
} else {
  rmSync('dist', { recursive: true, force: true });
  for (const project of ['server', 'client/tsconfig.types.json']) {
    execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', project], {
      stdio: 'inherit',
    });
  }
  const { build } = await import('esbuild');
  const library = {
    bundle: true,
    sourcemap: true,
    target: ['es2022'],
    logLevel: 'warning',
  };
  await build({
    ...library,
    entryPoints: { 'parley-client': 'client/index.ts' },
    outdir: 'dist/client',
    format: 'esm',
    // Bundlers and Node find these themselves, and only once.
    external: ['engine.io-client', 'ws'],
  });
  await build({
    ...library,
    entryPoints: { parley: 'client/index.ts' },
    outdir: 'dist/client',
    format: 'iife',
    globalName: 'parley',
    minify: true,
    // For Node only; no browser gets there.
    external: ['ws'],
    plugins: [unusedParts],
  });
  await makeSmaller('dist/client/parley.js');
  await build({
    entryPoints: readdirSync('client/pages')
      .filter((name) => name.endsWith('-page.ts'))
      .map((name) => `client/pages/${name}`),
    outdir: 'dist/client/js',
    bundle: true,
    minify: true,
    sourcemap: true,
    format: 'iife',
    target: ['es2022'],
    logLevel: 'warning',
  });
}
