// Starts the benchmark: bundles it, because Node 20 runs no TypeScript, into a folder from which its servers find their packages.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const built = new URL('../../node_modules/.cache/parley-bench/', import.meta.url);

if (!existsSync(`${root}dist/server/create-parley.js`)) {
  console.error('bench: parley is not built yet. Run: npm run build');
  process.exit(1);
}

const servers = readdirSync(`${here}servers`).map((name) => `${here}servers/${name}`);
await build({
  entryPoints: [`${here}main.ts`, ...servers],
  outdir: fileURLToPath(built),
  outbase: here,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});

const { runBench } = await import(new URL('main.mjs', built).href);
// Sockets of a run that failed would keep the process.
process.exit(await runBench(root, process.argv.slice(2)));
