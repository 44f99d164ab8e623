// The example in docs/client.md, run as it stands there.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ChannelFailure } from '../../client/index.js';
import { packageRoot } from '../../server/package-root.js';
import { startParley } from '../support/parley.js';

it('the example of the library does what it says', async () => {
  const { url } = await startParley();
  const page = readFileSync(join(packageRoot, 'docs/client.md'), 'utf8');
  const [, example = ''] = /```js\n([^`]*)```/.exec(page) ?? [];
  const program = example.replace('http://localhost:8181', url);
  const args = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageRoot });
  expect(stdout.trim().split('\n')).toEqual([
    "bob hears { any: 'json' }",
    'ann knows that bob has it',
    `bob is closed because: ${new ChannelFailure('ended').message}`,
  ]);
});
