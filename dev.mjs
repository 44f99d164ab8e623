// What `npm run dev` runs: builds what has changed, and starts the server again when its own code has. Flags go to the server.
//
// esbuild builds everything, in well under a second, and does not look at types: `npm run types` does. What has a mistake in
// it is not built, and what was there before goes on. The pages in public/ are read at each request.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers';
import { context, stop as stopBuilding } from 'esbuild';
import { bundles } from './build.mjs';

/** npm hands Ctrl+C on although the terminal has sent it already: so a second one counts only later. */
const secondSignalAfterMs = 1000;

/** A server closes within 5 s, and `DRAIN_MS`; one that is caught in an endless loop never does. */
const closeWithinMs = 10_000;

/** File by file into the places where the compiler puts them. */
const serverFiles = {
  entryPoints: ['server/**/*.ts'],
  outdir: 'dist/server',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
};

/** The server that runs, or ran last. */
let server;
/** Restarts and the end, one after the other. */
let lastStep = Promise.resolve();
let endedAt;

function say(sentence) {
  console.log(`dev: ${sentence}`);
}

function startServer() {
  const args = ['--enable-source-maps', 'dist/server/main.js', ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  child.once('exit', (code, signal) => {
    if (child === server) say(`the server ended (${signal ?? code}); it starts again after the next change`);
  });
  return child;
}

async function stopServer() {
  const child = server;
  server = undefined;
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), closeWithinMs).unref();
  await exited;
}

function restartServer() {
  lastStep = lastStep.then(async () => {
    if (endedAt !== undefined) return;
    if (server) say('restarting the server');
    await stopServer();
    if (endedAt === undefined) server = startServer();
  });
}

/** Builds now and at each change, and calls `onBuilt` each time that there was no mistake; esbuild shows the others. */
async function keepBuilding({ plugins = [], ...options }, onBuilt) {
  const after = {
    name: 'what comes after',
    setup({ onEnd }) {
      onEnd(({ errors }) => {
        if (errors.length === 0) onBuilt();
      });
    },
  };
  const building = await context({ ...options, plugins: [...plugins, after] });
  await building.watch();
}

function onSignal() {
  const now = performance.now();
  if (endedAt === undefined) {
    endedAt = now;
    lastStep = lastStep.then(stopServer).then(() => end(0));
  } else if (now - endedAt >= secondSignalAfterMs) {
    server?.kill('SIGKILL');
    end(1);
  }
}

/** esbuild's own process may outlive the one that has started it while it watches files. */
function end(code) {
  void stopBuilding();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
await keepBuilding(serverFiles, restartServer);
for (const [name, options] of Object.entries(bundles)) {
  await keepBuilding(options, () => say(`built ${name}`));
}
