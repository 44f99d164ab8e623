// Builds the server (tsc) and the pages' scripts (esbuild) into dist/. `npm ci` runs it too, also where only the
// packages for production are installed: there it says so and leaves.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

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
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'server'], {
    stdio: 'inherit',
  });
  const { build } = await import('esbuild');
  await build({
    entryPoints: { 'js/chat-page': 'client/pages/chat-page.ts' },
    outdir: 'dist/client',
    bundle: true,
    minify: true,
    sourcemap: true,
    format: 'iife',
    target: ['es2022'],
    logLevel: 'warning',
  });
}
