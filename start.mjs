// What `npm start` runs: the built server, or the command that builds it.
import { existsSync } from 'node:fs';

const entry = new URL('dist/server/main.js', import.meta.url);

if (existsSync(entry)) {
  await import(entry.href);
} else {
  console.error('parley: not built yet. Run: npm ci --include=dev');
  process.exitCode = 1;
}
