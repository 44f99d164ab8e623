// The server as a process: what it prints, how it starts, how it ends.
import { mkdtempSync, cpSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeSettings, readConfig } from '../../server/config.js';
import { packageRoot, readVersion } from '../../server/package-root.js';
import { levels, type LogLine } from '../support/log-book.js';
import { startCommand, startMain } from '../support/parley-process.js';

const address = /Open (http:\/\/localhost:(\d+)\/)/;

async function takePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, resolve));
  onTestFinished(() => {
    holder.close();
  });
  return (holder.address() as AddressInfo).port;
}

describe('the process', () => {
  it('prints the address to open, and serves the page there', async () => {
    const parley = startMain([], { PORT: '0' });
    const [, url] = await parley.prints(address);
    const page = await fetch(url ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('scratchPad');
  });

  it.each([
    ['20.19.0', ['This is Node.js 20.19.0, which has had no security fixes since April 2026']],
    ['24.0.0', []],
  ])('on Node.js %s it says once, after its address, whether to run another one', async (version, says) => {
    const env = { NODE_OPTIONS: '--import ./test/support/pretend-node.mjs', PRETENDED_NODE: version };
    // Fewer connections than any limit of descriptors allows.
    const parley = startMain([], { ...env, PORT: '0', LOG_FORMAT: 'json', MAX_CONNECTIONS: '10' });
    await parley.prints(address);
    parley.child.kill('SIGTERM');
    await parley.exits();
    const lines = parley.output().trim().split('\n');
    const warnings = lines
      .map((line) => JSON.parse(line) as LogLine)
      .filter(({ level }) => level === levels.warn);
    expect(warnings.map(({ msg }) => msg)).toEqual(
      says.map((start) => expect.stringContaining(start) as string),
    );
  });

  it('--help shows every setting with its flag and default', async () => {
    const help = startMain(['--help']);
    expect(await help.exits()).toBe(0);
    const [title, , usage, ...rest] = help.output().trimEnd().split('\n');
    expect([title, usage]).toEqual([
      'parley: the signaling server for two',
      'Usage: parley [--flag value …]',
    ]);
    expect(rest.slice(-3).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['--print-config', 'show the effective settings and exit'],
      ['--version', 'show the version and exit'],
      ['--help', 'show this and exit'],
    ]);
    for (const { env, flag, fallback } of describeSettings()) {
      expect(help.output()).toContain(`--${flag}, ${env}`);
      expect(help.output()).toContain(fallback);
    }
  });

  it('--version shows the version of the package', async () => {
    const version = startMain(['--version']);
    expect(await version.exits()).toBe(0);
    expect(version.output().trim()).toBe(readVersion());
  });

  it('--print-config shows the effective values as JSON', async () => {
    const printed = startMain(['--print-config', '--port', '9000'], { ACK_TIMEOUT_MS: '7' });
    expect(await printed.exits()).toBe(0);
    expect(JSON.parse(printed.output())).toMatchObject({
      PORT: 9000,
      ACK_TIMEOUT_MS: 7,
      HEARTBEAT_MS: 10_000,
    });
  });

  it.each([
    [['--prot', '1']],
    [['--port', '99999']],
    [['--tls-cert-file', 'no.pem', '--tls-key-file', 'no.key']],
    [['--public-dir', 'no/such']],
    [['--calls-port', '18181', '--port', '18181']],
  ])('%j: stops with one line, which says what is wrong', async (args) => {
    const parley = startMain(args);
    expect(await parley.exits()).toBe(1);
    const read = readConfig(args, {});
    expect(parley.output()).toBe(`parley: ${read.ok ? '' : read.message}\n`);
  });

  it('a taken port is one line, not a stack trace', async () => {
    const port = await takePort();
    const parley = startMain(['--port', String(port)]);
    expect(await parley.exits()).toBe(1);
    expect(parley.output()).toBe(
      `parley: Port ${port} is taken. Stop what uses it, or set PORT to another.\n`,
    );
  });

  it('a HOST that is none is one line that names it', async () => {
    const parley = startMain(['--port', '0', '--host', '[::1]']);
    expect(await parley.exits()).toBe(1);
    expect(parley.output()).toBe(
      'parley: HOST is [::1], which is no address of this machine. Leave it empty to listen on every one.\n',
    );
  });

  it('a port that the system keeps for itself is one line that names another', async () => {
    const env = { NODE_OPTIONS: '--import ./test/support/refuse-ports.mjs' };
    const parley = startMain(['--port', '80', '--calls-port', '0'], env);
    expect(await parley.exits()).toBe(1);
    expect(parley.output()).toBe(
      'parley: Port 80 may not be opened by this user. Set PORT to another, such as 8181.\n',
    );
  });

  it('SIGTERM ends it with 0 whatever clients leave half open', async () => {
    const parley = startMain(['--port', '0'], { CALLS_PORT: '0' });
    const [, , port = ''] = await parley.prints(address);
    const [, callsPort = ''] = await parley.prints(/Calls at ws:\/\/localhost:(\d+)/);
    const upgrade =
      'GET /nope HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const refused = [port, callsPort].map(async (target) => {
      const socket = connect({ port: Number(target), host: '127.0.0.1', allowHalfOpen: true });
      socket.write(upgrade);
      await once(socket, 'data');
      return socket;
    });
    const silent = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    await once(silent, 'connect');
    const sockets = [silent, ...(await Promise.all(refused))];
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    parley.child.kill('SIGTERM');
    expect(await parley.exits()).toBe(0);
    expect(parley.output()).not.toContain('Not everything closed in time');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it with 0, with sockets open, and all of them are closed in time',
    async (signal) => {
      const parley = startMain(['--port', '0']);
      const [, url = ''] = await parley.prints(address);
      const clients = ['websocket', 'polling'].map((transport) =>
        io(url, { transports: [transport], forceNew: true, reconnection: false }),
      );
      onTestFinished(() => {
        for (const client of clients) client.close();
      });
      await Promise.all(
        clients.map((client) => client.emitWithAck('create or join', `end-${client.id ?? ''}`)),
      );
      parley.child.kill(signal);
      parley.child.kill(signal);
      expect(await parley.exits()).toBe(0);
      expect(parley.output()).not.toContain('Not everything closed in time');
    },
  );

  it('npm start hands SIGTERM on to the server', async () => {
    const npm = startCommand('npm', ['start'], { PORT: '0', CALLS_PORT: '0' });
    await npm.prints(address);
    npm.child.kill('SIGTERM');
    await npm.prints(/SIGTERM: closing/);
    await npm.exits();
    expect(npm.output()).toContain('"closed"');
  });

  it('npm start hands its flags on to the server', async () => {
    const npm = startCommand('npm', ['start', '--', '--version']);
    expect(await npm.exits()).toBe(0);
    expect(npm.output().trim().split('\n').at(-1)).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('without a build it names the command that builds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    for (const file of ['start.mjs', 'build.mjs', 'package.json'])
      cpSync(join(packageRoot, file), join(folder, file));
    const start = startCommand(process.execPath, ['start.mjs'], {}, folder);
    expect(await start.exits()).toBe(1);
    expect(start.output()).toBe('parley: not built yet. Run: npm ci --include=dev\n');
    const build = startCommand(process.execPath, ['build.mjs'], {}, folder);
    expect(await build.exits()).toBe(0);
    expect(build.output()).toBe('parley: not built, because the devDependencies are not installed.\n');
  });
});
