// The image and the compose file that are shipped, without Docker: the image's steps are gone through in a folder, and
// what it would run is run there, by somebody who is not root.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../server/config.js';
import { packageRoot } from '../../server/package-root.js';
import { findFreePort } from '../support/free-port.js';
import { makeImage } from '../support/image.js';
import { readShipped } from '../support/nginx.js';
import { startCommand, type RunningProcess } from '../support/parley-process.js';

/** Takes the rights away, where there are any. */
const asNobody =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

describe('the image', () => {
  it('has the release of Node.js that the project recommends', () => {
    const recommended = readFileSync(join(packageRoot, '.nvmrc'), 'utf8').trim();
    const releases = [...readShipped('Dockerfile').matchAll(/^FROM node:(\d+)-slim\b/gm)];
    expect(releases.map(([, release]) => release)).toEqual([recommended, recommended]);
    const main = readFileSync(join(packageRoot, 'server/main.ts'), 'utf8');
    expect(main).toContain(`Run parley on Node.js ${recommended}.`);
  });

  it('has the packages that `npm run sbom` lists, runs without root, tells its health, and ends with 0 when it is told to', async () => {
    const image = await makeImage();
    expect(image.user).toBe('node');
    expect(image.stopSignal).toBe('SIGTERM');
    expect(image.command[0]).toBe('node');
    expect(packagesIn(image.folder)).toEqual(packagesOfSbom());
    const port = String(await findFreePort());
    const run = (command: readonly string[], env: NodeJS.ProcessEnv): RunningProcess => {
      const [program = '', ...args] = [...asNobody, ...command];
      return startCommand(program, args, { ...image.env, ...env, PORT: port, CALLS_PORT: '0' }, image.folder);
    };
    // The one that runs the tests.
    const version = run(['node', '--version'], {});
    expect([await version.exits(), version.output().trim()]).toEqual([0, process.version]);
    const health = (env: NodeJS.ProcessEnv = {}): Promise<number | null> =>
      run(image.healthCommand, env).exits();

    expect(await health()).toBe(1);
    const parley = run(image.command, { BASE_PATH: '/parley' });
    await parley.prints(/Open http/);
    expect((await fetch(`http://127.0.0.1:${port}/parley/`)).status).toBe(200);
    expect(await health({ BASE_PATH: '/parley' })).toBe(0);
    expect(await health()).toBe(1);
    parley.child.kill('SIGSTOP');
    expect(await health({ BASE_PATH: '/parley' })).toBe(1);
    parley.child.kill('SIGCONT');
    parley.child.kill('SIGTERM');
    expect(await parley.exits()).toBe(0);
    expect(await health({ BASE_PATH: '/parley' })).toBe(1);
  }, 180_000);
});

describe('the compose file', () => {
  const compose = readShipped('compose.yml');
  const all = (pattern: RegExp): string[] => [...compose.matchAll(pattern)].map(([, found = '']) => found);

  it('gives only settings that there are', () => {
    const known = describeSettings().map(({ env }) => env);
    const given = all(/^ +([A-Z][A-Z_]+): /gm);
    expect(given).toContain('REDIS_URL');
    for (const name of given) expect(known).toContain(name);
  });

  it('tells nginx of each node, at its own address', () => {
    const addresses = all(/ipv4_address: (\S+)/g);
    expect(addresses).toHaveLength(2);
    expect(all(/^ +(server .+)$/gm)).toEqual(
      addresses.map((address) => shippedLine().replace('127.0.0.1:8181', `${address}:8181`)),
    );
  });

  it('names files that are there', () => {
    for (const file of ['nginx.conf', 'Dockerfile', 'health-check.mjs']) {
      expect(compose).toContain(file);
      expect(existsSync(join(packageRoot, 'deploy', file)), file).toBe(true);
    }
  });

  it('waits longer than a node takes to end', () => {
    expect(Number(all(/stop_grace_period: (\d+)s/g)[0])).toBeGreaterThan(4.5);
  });

  it('lets Redis keep all, and on no disk', () => {
    expect(compose).toContain("--save '' --appendonly no");
    expect(compose).toContain('--maxmemory-policy noeviction');
  });
});

/** What npm has written down about an installation. */
function packagesIn(folder: string): string[] {
  const text = readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8');
  return Object.keys((JSON.parse(text) as { packages: object }).packages).sort();
}

function packagesOfSbom(): string[] {
  const text = execFileSync(process.execPath, [join(packageRoot, 'test/support/sbom.mjs')], {
    encoding: 'utf8',
  });
  return (JSON.parse(text) as { components: { 'bom-ref': string }[] }).components.map(
    (each) => each['bom-ref'],
  );
}

function shippedLine(): string {
  return /^server .+$/m.exec(readShipped('parley-nodes.conf'))?.[0] ?? '';
}
