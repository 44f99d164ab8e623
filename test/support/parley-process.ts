// Starts the built server as a process of its own, as an operator does, and reads what it prints.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** On a busy machine too. */
const printsWithinMs = 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface RunningProcess {
  child: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Resolves with the match as soon as the output has it. @throws when it has not after 60 s, or at the end */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code when the process has ended and all its output is read. */
  exits(): Promise<number | null>;
}

export function startCommand(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
  cwd = root,
): RunningProcess {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const waiting = new Set<() => void>();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  }
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    child,
    output: () => output,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`has not printed ${pattern.source} within 60 s:\n${output}`));
        }, printsWithinMs);
        const look = (): void => {
          const match = pattern.exec(output);
          if (match) {
            clearTimeout(timer);
            waiting.delete(look);
            resolve(match);
          }
        };
        waiting.add(look);
        look();
        void closed.then(() => {
          clearTimeout(timer);
          reject(new Error(`ended without printing ${pattern.source}:\n${output}`));
        });
      }),
    exits: async () => (await closed)[0],
  };
}

/** @param folder of the version that runs; default: this one */
export function startMain(args: string[], env: NodeJS.ProcessEnv = {}, folder = root): RunningProcess {
  return startCommand(
    process.execPath,
    ['dist/server/main.js', ...args],
    { CALLS_PORT: '0', ...env },
    folder,
  );
}
