// Builds the server (tsc), the library and the pages' scripts (esbuild, types by tsc) into dist/. `npm ci` runs it too, also where only the
// packages for production are installed: there it says so and leaves. dev.mjs builds the same bundles.
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

const everyBundle = {
  bundle: true,
  sourcemap: true,
  target: ['es2022'],
  logLevel: 'warning',
};

/** What esbuild builds for browsers, by name: its options. */
export const bundles = {
  'the library for bundlers and Node': {
    ...everyBundle,
    entryPoints: { 'parley-client': 'client/index.ts' },
    outdir: 'dist/client',
    format: 'esm',
    // Bundlers and Node find these themselves, and only once.
    external: ['engine.io-client', 'ws'],
  },
  'the library for a script tag': {
    ...everyBundle,
    entryPoints: { parley: 'client/index.ts' },
    outdir: 'dist/client',
    format: 'iife',
    globalName: 'parley',
    minify: true,
    // For Node only; no browser gets there.
    external: ['ws'],
    plugins: [unusedParts],
  },
  'the scripts of the pages': {
    ...everyBundle,
    entryPoints: ['client/pages/*-page.ts'],
    outdir: 'dist/client/js',
    format: 'iife',
    minify: true,
  },
};

/** The compiler in machine code, some five times as fast; TypeDoc uses the one that is written in JavaScript. */
export function compile(...args) {
  const program = join(dirname(require.resolve('typescript-native/package.json')), 'bin/tsc');
  execFileSync(process.execPath, [program, ...args], { stdio: 'inherit' });
}

function isInstalled(name) {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

async function buildAll() {
  rmSync('dist', { recursive: true, force: true });
  for (const project of ['server', 'client/tsconfig.types.json']) {
    compile('-p', project);
  }
  const { build } = await import('esbuild');
  for (const options of Object.values(bundles)) await build(options);
  await makeSmaller('dist/client/parley.js');
}

const [, program] = process.argv;
const isProgram = program !== undefined && realpathSync(program) === fileURLToPath(import.meta.url);

if (isProgram && isInstalled('typescript-native/package.json') && isInstalled('esbuild')) await buildAll();
else if (isProgram) console.log('parley: not built, because the devDependencies are not installed.');
