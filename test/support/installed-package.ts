// A folder in which this package is installed, as somebody who uses it has it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../server/package-root.js';

/** Gone when the test is over. */
export function installPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-user-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot, join(folder, 'node_modules/parley'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}
