// A real nginx on this machine with the configuration that is shipped: only its ports, its paths and its nodes are this
// test's own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished, vi } from 'vitest';
import { packageRoot } from '../../server/package-root.js';
import { findFreePort } from './free-port.js';

export interface Nginx {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** The port of the calls by user name. */
  readonly callsPort: number;
  /** Where it listens when the marks are taken off the lines for TLS. */
  readonly tlsPort: number;
  /** What `nginx -t` says of the configuration. */
  readonly verdict: string;
  /** What it has passed on and answered so far. */
  requests(): ProxiedRequest[];
  errors(): string;
}

export interface ProxiedRequest {
  method: string;
  path: string;
  status: number;
  /** The nodes that were asked, in this order, as `127.0.0.1:<port>`. */
  nodes: string[];
}

/** Changes the shipped text as an operator would. */
export type Edit = (text: string) => string;

// Where Debian has it is not on the path of every user.
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };

/** Ends with the test. @param nodes their ports on this machine */
export async function startNginx(nodes: readonly number[], edit: Edit = (text) => text): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-nginx-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  // Its workers are somebody else than its master.
  chmodSync(folder, 0o755);
  const [port, callsPort, tlsPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const file = (name: string): string => join(folder, name);
  const settings = replaceAll(edit(readShipped('nginx.conf')), [
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ['listen 9090;', `listen 127.0.0.1:${callsPort};`],
    ['listen 443 ssl;', `listen 127.0.0.1:${tlsPort} ssl;`],
    ['/run/nginx.pid', file('nginx.pid')],
    ['/var/log/nginx/', `${folder}/`],
    ['http {', `http {\n${temporaryPaths(folder)}`],
  ]);
  writeFileSync(file('nginx.conf'), settings);
  writeFileSync(file('parley-nodes.conf'), listNodes(nodes));
  const args = ['-p', folder, '-c', file('nginx.conf')];
  const { stderr: verdict } = await promisify(execFile)('nginx', [...args, '-t'], { env });

  const child = spawn('nginx', [...args, '-g', 'daemon off;'], { env, stdio: 'ignore' });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });
  await vi.waitUntil(() => answers(port), { timeout: 60_000, interval: 20 });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    callsPort,
    tlsPort,
    verdict,
    requests: () => readFileSync(file('access.log'), 'utf8').trim().split('\n').filter(Boolean).map(parse),
    errors: () => readFileSync(file('error.log'), 'utf8'),
  };
}

export function readShipped(name: string): string {
  return readFileSync(join(packageRoot, 'deploy', name), 'utf8');
}

/** The shipped lines, each with the port of one of these nodes. */
function listNodes(nodes: readonly number[]): string {
  const [line = ''] = /^server .*$/m.exec(readShipped('parley-nodes.conf')) ?? [];
  return nodes.map((node) => replaceAll(line, [['127.0.0.1:8181', `127.0.0.1:${node}`]])).join('\n');
}

function replaceAll(text: string, pairs: readonly (readonly [old: string, own: string])[]): string {
  return pairs.reduce((edited, [old, own]) => {
    if (!edited.includes(old)) throw new Error(`The shipped configuration has no "${old}".`);
    return edited.replaceAll(old, own);
  }, text);
}

/** Where nginx puts what it gathers; the places that it was built with are not everybody's. */
function temporaryPaths(folder: string): string {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(folder, name)};`)
    .join('\n');
}

function parse(line: string): ProxiedRequest {
  const [, method = '', path = '', status, ...rest] = line.split(' ');
  // The nodes, then their answers: as many, with commas between them.
  const nodes = rest.slice(0, (rest.length - 1) / 2).map((node) => node.replace(/,$/, ''));
  return { method, path, status: Number(status), nodes };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
