// `npm run dev` in a copy of the project: what is changed is soon there, a mistake does not end it, and Ctrl-C does.
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../server/package-root.js';
import { findFreePort } from '../support/free-port.js';
import { startCommand } from '../support/parley-process.js';
import { connectClient } from '../support/room-client.js';

const copied = ['package.json', 'tsconfig.json', 'build.mjs', 'dev.mjs', 'server', 'client', 'public'];

const refusals = 'server/protocol/refusals.ts';

/** A question that stays without an answer has failed. */
const get = (url: string): Promise<Response> => fetch(url, { signal: AbortSignal.timeout(10_000) });

interface Project {
  folder: string;
  /** Replaces a text that stands in this file. */
  change(file: string, text: string, by: string): void;
}

function copyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'parley-dev-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const name of copied) cpSync(join(packageRoot, name), join(folder, name), { recursive: true });
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    change(file, text, by) {
      const path = join(folder, file);
      const before = readFileSync(path, 'utf8');
      expect(before).toContain(text);
      // In one step: nobody reads half a file.
      writeFileSync(`${path}.new`, before.replace(text, by));
      renameSync(`${path}.new`, path);
    },
  };
}

it('a change of the server, of a page script and of a page is served; a mistake is shown; Ctrl-C ends it with 0', async () => {
  const { folder, change } = copyProject();
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = ['--host', '127.0.0.1', '--port', String(port), '--calls-port', '0', '--log-format', 'json'];
  const dev = startCommand(process.execPath, ['dev.mjs', ...flags], {}, folder);
  // Its children would outlive a SIGKILL.
  onTestFinished(async () => {
    dev.child.kill('SIGTERM');
    await dev.exits();
  });
  const starts = (times: number) => dev.prints(new RegExp(`(?:"Open http[^]*){${times}}`));
  const readScript = async (): Promise<string> => (await get(`${url}/js/chat-page.js`)).text();
  const hearRefusal = async (): Promise<unknown> => {
    const client = await connectClient(url);
    client.say('message', 'hello');
    const [refusal] = await client.hears('refused');
    client.socket.disconnect();
    return refusal;
  };

  await starts(1);
  expect(await hearRefusal()).toMatchObject({ code: 'no-seat' });

  change(refusals, "code: 'no-seat',\n    message: '", "code: 'no-seat',\n    message: 'Changed: ");
  await starts(2);
  expect(await hearRefusal()).toMatchObject({
    code: 'no-seat',
    message: expect.stringContaining('Changed: ') as string,
  });

  change(
    'client/pages/chat-page.ts',
    '\nimport',
    "\ndocument.documentElement.dataset['changed'] = '1';\nimport",
  );
  await expect.poll(readScript).toContain('.dataset.changed=');

  change('public/index.html', '<body', '<!-- changed --><body');
  expect(await (await get(url)).text()).toContain('<!-- changed -->');

  // In a file of the server alone: nothing but its own build shows the mistake.
  change('server/main.ts', '\nimport', '\nconst mistake = ;\nimport');
  await dev.prints(/ERROR[^]*const mistake = ;/);
  expect(await hearRefusal()).toMatchObject({ code: 'no-seat' });

  change('server/main.ts', 'const mistake = ;\n', '');
  await starts(3);
  expect(await hearRefusal()).toMatchObject({ code: 'no-seat' });

  dev.child.kill('SIGINT');
  expect(await dev.exits()).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
}, 180_000);
