// The service units that are shipped, without systemd: what stands in them is run as it stands there.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readConfig } from '../../server/config.js';
import { packageRoot } from '../../server/package-root.js';
import { findFreePort } from '../support/free-port.js';
import { openClient } from '../support/library-client.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { startCommand, type RunningProcess } from '../support/parley-process.js';
import { startRedis } from '../support/redis-server.js';
import { connectClient, transports } from '../support/room-client.js';
import { readUnit, type UnitFile } from '../support/unit-file.js';

// Up to four processes start at once.
vi.setConfig({ testTimeout: 60_000 });

const analyser = '/usr/bin/systemd-analyze';
const units = ['parley.service', 'parley@.service', 'parley.target'];
/** One node a core, but at least two, or there is nothing to see, and no more than a test may take. */
const cores = Math.min(4, Math.max(2, availableParallelism()));

/** Starts the unit's command, where its files are and with what its environment file would hold. */
function start(unit: UnitFile, env: NodeJS.ProcessEnv): RunningProcess {
  const [program, ...args] = unit.command('ExecStart');
  return startCommand(program, args, env, packageRoot);
}

/** What systemd waits for before it counts the unit as started: the exit code of its second command. */
function afterStart(unit: UnitFile, env: NodeJS.ProcessEnv): Promise<number | null> {
  const [program, ...args] = unit.command('ExecStartPost');
  return startCommand(program, args, env, packageRoot).exits();
}

describe('the service units', () => {
  it('systemd has nothing to say about them, where it is installed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-units-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    for (const name of units) copyFileSync(join(packageRoot, 'deploy', name), join(folder, name));
    const template = join(folder, 'parley@.service');
    const instance = join(folder, 'parley@8181.service');
    copyFileSync(template, instance);
    const files = [join(folder, 'parley.service'), instance, join(folder, 'parley.target')];
    const verdict = existsSync(analyser)
      ? execFileSync(analyser, ['verify', ...files], { encoding: 'utf8' })
      : '';
    expect(verdict).toBe('');
  });

  it('the one and the template differ only in whom they start for', () => {
    const own = ['Description', 'PartOf', 'EnvironmentFile', 'ExecStart', 'ExecStartPost', 'WantedBy'];
    // Without the file there would be no Redis, and each node would be alone.
    expect(readUnit('parley@.service').value('EnvironmentFile')).not.toMatch(/^-/);
    expect(readUnit('parley@.service').without(...own)).toEqual(readUnit('parley.service').without(...own));
  });

  it('the longest drain is over before systemd kills', () => {
    expect(readConfig(['--drain-ms', '60001'], {}).ok).toBe(false);
    expect(Number(readUnit('parley.service').value('TimeoutStopSec'))).toBeGreaterThan(60 + 4.5);
  });

  it('the one starts, is ready when systemd says so, and ends with 0', async () => {
    const unit = readUnit('parley.service');
    const env = { PORT: String(await findFreePort()), CALLS_PORT: '0', HOST: '127.0.0.1' };
    const node = start(unit, env);
    expect(await afterStart(unit, env)).toBe(0);
    const signal = unit.value('KillSignal');
    expect(signal).toBe('SIGTERM');
    node.child.kill('SIGTERM');
    expect(await node.exits()).toBe(0);
    const [program, ...args] = unit.command('ExecStartPost');
    const impatient = args.map((arg) => (arg === '20' ? '0' : arg));
    expect(await startCommand(program, impatient, env, packageRoot).exits()).toBe(1);
  });
});

describe(`one node a core, ${cores} of them`, () => {
  async function startAll(): Promise<{ nginx: Nginx; nodes: RunningProcess[] }> {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    // A port there would be the port of all of them: the template's own counts.
    const env = {
      REDIS_URL: redis.url,
      LOG_LEVEL: 'debug',
      PORT: '1',
      HOST: '203.0.113.1',
      CALLS_PORT: '9090',
    };
    const ports: number[] = [];
    while (ports.length < cores) ports.push(await findFreePort());
    const all = ports.map((port) => readUnit('parley@.service', String(port)));
    const nodes = all.map((unit) => start(unit, env));
    expect(await Promise.all(all.map((unit) => afterStart(unit, env)))).toEqual(ports.map(() => 0));
    return { nginx: await startNginx(ports), nodes };
  }

  it('two meet wherever they land, over WebSocket, long-polling and the library; every node has a share, and ends with 0', async () => {
    const { nginx, nodes } = await startAll();
    const names = Array.from({ length: 8 * cores }, (_, index) => `room-${index}`);
    for (const transport of transports) {
      await Promise.all(
        names.map(async (name) => {
          // Each by a way of their own: they do not meet on one node by themselves.
          const ann = await connectClient(`${nginx.url}/?shard=ann-${name}`, { transport });
          const bob = await connectClient(`${nginx.url}/?shard=bob-${name}`, { transport });
          const channel = `${transport} ${name}`;
          expect(await ann.ask('create or join', channel)).toMatchObject({ status: 'created' });
          expect(await bob.ask('create or join', channel)).toMatchObject({ status: 'joined' });
          await Promise.all([ann.hears('ready'), bob.hears('ready')]);
          ann.say('message', `hello from ${name}`);
          expect(await bob.hears('message')).toEqual([`hello from ${name}`]);
          bob.say('response', `ahoy from ${name}`);
          expect(await ann.hears('response')).toEqual([`ahoy from ${name}`]);
        }),
      );
    }
    const ann = await openClient(nginx.url, 'library');
    const bob = await openClient(nginx.url, 'library');
    await Promise.all([ann.channel.send('hello'), bob.channel.send('ahoy')]);
    expect([ann.messages, bob.messages]).toEqual([['ahoy'], ['hello']]);
    for (const node of nodes) expect(node.output()).toContain('create or join');
    for (const { child } of nodes) child.kill('SIGTERM');
    expect(await Promise.all(nodes.map((node) => node.exits()))).toEqual(nodes.map(() => 0));
  });
});
