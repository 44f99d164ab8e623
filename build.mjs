// Builds the server (tsc), the library and the pages' scripts (esbuild, types by tsc) into dist/. `npm ci` runs it too, also where only the
// packages for production are installed: there it says so and leaves. dev.mjs builds the same bundles.
import { execFileSync } from 'node:child_process';
import { realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

const everyBundle = {
  bundle: true,
  sourcemap: true,
  target: ['es2022'],
  logLevel: 'warning',
};

/** Folders of the library, with the hooks, and without its pages. */
const layers = ['transport', 'reliable', 'channel', 'rooms', 'users', 'call', 'react'];

/** What esbuild builds for browsers, by name: its options. */
export const bundles = {
  // File by file, beside the types that the compiler writes: what a program does not import, its bundler leaves out,
  // with the packages that it needs.
  'the library for bundlers and Node': {
    ...everyBundle,
    bundle: false,
    entryPoints: [
      'client/index.ts',
      ...layers.map((layer) => `client/${layer}/*.ts`),
      'server/protocol/*.ts',
    ],
    outbase: '.',
    outdir: 'dist/client/library',
    format: 'esm',
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
}

const [, program] = process.argv;
const isProgram = program !== undefined && realpathSync(program) === fileURLToPath(import.meta.url);

if (isProgram && isInstalled('typescript-native/package.json') && isInstalled('esbuild')) await buildAll();
else if (isProgram) console.log('parley: not built, because the devDependencies are not installed.');
