// Another version of parley, by its git ref: checked out and built in a folder of its own, which is removed at the end.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenOver } from './clean-up.js';

export interface OtherVersion {
  /** The ref, and the commit if the ref is not its name. */
  name: string;
  /** The folder that holds its `dist`. */
  root: string;
}

interface Lock {
  packages: Record<string, { version?: string; integrity?: string } | undefined>;
}

/** @throws {Error} if git does not know the ref, or if that version cannot be built */
export function startOther(root: string, ref: string): OtherVersion {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).slice(0, 7);
  const folder = join(mkdtempSync(join(tmpdir(), 'parley-bench-')), commit);
  whenOver(() => {
    rmSync(join(folder, '..'), { recursive: true, force: true });
    git('worktree', 'prune');
  });
  git('worktree', 'add', '--detach', folder, commit);
  process.stderr.write(`bench: builds ${ref}\n`);
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  if (hasAllOf(root, folder)) {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    run(process.execPath, 'build.mjs');
  } else {
    // It builds, too.
    run('npm', 'ci', '--include=dev');
  }
  return { name: ref.startsWith(commit) ? commit : `${ref} (${commit})`, root: folder };
}

/** Whether every package that the other version locks is installed here in the same version. */
function hasAllOf(root: string, folder: string): boolean {
  const [ours, theirs] = [readLock(root), readLock(folder)];
  return Object.entries(theirs.packages).every(
    ([path, wanted]) => path === '' || ours.packages[path]?.integrity === wanted?.integrity,
  );
}

function readLock(folder: string): Lock {
  return JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock;
}
