// docs/operating.md says what is true: its commands run, its files and settings are there.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeSettings } from '../../server/config.js';
import { packageRoot } from '../../server/package-root.js';
import { findFreePort } from '../support/free-port.js';
import { ask } from '../support/http-ask.js';
import { connectClient } from '../support/room-client.js';

const page = readFileSync(join(packageRoot, 'docs/operating.md'), 'utf8');
const blocks = [...page.matchAll(/```sh\n([^`]*)```/g)].map(([, commands = '']) => commands);

/** Runs them in a shell of their own; whatever it has started ends with the test. */
function runInShell(commands: string): void {
  const shell = spawn('sh', ['-c', `${commands}\nwait`], {
    cwd: packageRoot,
    detached: true,
    stdio: 'ignore',
  });
  onTestFinished(() => {
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
  });
}

describe('docs/operating.md', () => {
  it('the commands for many nodes start them, and two who are on different ones meet', async () => {
    const [redis, first, second] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const commands = (blocks[0] ?? '')
      .replace('redis-server', `redis-server --port ${redis}`)
      .replace('localhost:6379', `127.0.0.1:${redis}`)
      .replace('PORT=8181', `PORT=${first}`)
      .replace('PORT=8182', `PORT=${second}`);
    for (const port of [redis, first, second]) expect(commands).toContain(String(port));
    runInShell(commands);
    const statusOf = (port: number): Promise<number | undefined> =>
      ask(port, '/readyz').then(
        ({ status }) => status,
        () => undefined,
      );
    for (const port of [first, second])
      await expect.poll(() => statusOf(port), { timeout: 30_000 }).toBe(200);
    const ann = await connectClient(`http://127.0.0.1:${first}`);
    const bob = await connectClient(`http://127.0.0.1:${second}`);
    expect(await ann.ask('create or join', 'room-42')).toMatchObject({ status: 'created' });
    expect(await bob.ask('create or join', 'room-42')).toMatchObject({ status: 'joined' });
    await Promise.all([ann.hears('ready'), bob.hears('ready')]);
    ann.say('message', 'hello');
    expect(await bob.hears('message')).toEqual(['hello']);
  });

  it('every file that it names is there', () => {
    const files = [...page.matchAll(/\bdeploy\/[\w@.-]*\w/g)].map(([name]) => name);
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) expect(existsSync(join(packageRoot, file)), file).toBe(true);
  });

  it('every setting that it explains is one', () => {
    const known = describeSettings().map(({ env }) => env);
    const explained = [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(explained.length).toBeGreaterThan(5);
    for (const name of explained) expect(known).toContain(name);
  });
});
