// Builds the server (tsc), the library and the pages' scripts (esbuild, types by tsc) into dist/. `npm ci` runs it too, also where only the
// packages for production are installed: there it says so and leaves.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Engine.IO's third transport: this server does not speak it, and the script is small without. */
const withoutWebTransport = {
  name: 'without WebTransport',
  setup: ({ onLoad }) =>
    onLoad({ filter: /engine\.io-client.*webtransport\.js$/ }, () => ({ contents: 'export let WT;' })),
};

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
    plugins: [withoutWebTransport],
  });
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
