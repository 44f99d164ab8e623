// Makes what the shipped Dockerfile makes, without Docker: a folder with the same files, and the commands that run in it.
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../server/package-root.js';
import { readShipped } from './nginx.js';

export interface Image {
  folder: string;
  env: Record<string, string>;
  user: string;
  command: string[];
  healthCommand: string[];
  stopSignal: string;
}

const workFolder = '/parley';

/** Steps that `npm ci` and `npm run build` have done already, in the tree that is tested. */
const doneSteps: Record<string, (stage: string) => void> = {
  'npm ci --ignore-scripts': () => {},
  'node build.mjs': (stage) => {
    cpSync(join(packageRoot, 'dist'), join(stage, 'dist'), { recursive: true });
  },
};

/** Takes some seconds: the packages for production are really installed. Deleted when the test is over. */
export async function makeImage(): Promise<Image> {
  const root = mkdtempSync(join(tmpdir(), 'parley-image-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  chmodSync(root, 0o755);
  const image: Image = { folder: '', env: {}, user: 'root', command: [], healthCommand: [], stopSignal: '' };
  const stageOf = (name: string): string => join(root, name);
  let stage = '';

  function copy(words: string[]): void {
    const source = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
    const paths = words.filter((word) => !word.startsWith('--'));
    const target = paths.pop() ?? '';
    for (const path of paths) {
      const origin =
        source === undefined ? contextPath(path) : join(stageOf(source), path.slice(workFolder.length));
      const name = target.endsWith('/') ? join(target, path.split('/').at(-1) ?? '') : target;
      cpSync(origin, join(stage, name), { recursive: true });
    }
  }

  async function run(step: string): Promise<void> {
    const done = doneSteps[step];
    if (done) done(stage);
    else await promisify(execFile)('sh', ['-c', `${step} --prefer-offline --no-audit`], { cwd: stage });
  }

  for (const [name, rest] of instructions()) {
    if (name === 'FROM') {
      stage = stageOf(/ AS (\w+)$/.exec(rest)?.[1] ?? 'final');
      mkdirSync(stage);
      image.folder = stage;
    } else if (name === 'COPY') copy(rest.split(' '));
    else if (name === 'RUN') await run(rest);
    else if (name === 'ENV')
      Object.assign(image.env, Object.fromEntries(rest.split(' ').map((pair) => pair.split('='))));
    else if (name === 'USER') image.user = rest;
    else if (name === 'STOPSIGNAL') image.stopSignal = rest;
    else if (name === 'CMD') image.command = JSON.parse(rest) as string[];
    else if (name === 'HEALTHCHECK')
      image.healthCommand = JSON.parse(rest.slice(rest.indexOf('['))) as string[];
    else if (name === 'WORKDIR' && rest !== workFolder) throw new Error(`${rest} is not ${workFolder}.`);
  }
  return image;
}

function instructions(): [name: string, rest: string][] {
  return [...readShipped('Dockerfile').matchAll(/^([A-Z]+) (.+)$/gm)].map(([, name = '', rest = '']) => [
    name,
    rest,
  ]);
}

/** Docker is given no more than this. */
function contextPath(path: string): string {
  const allowed = [...readShipped('Dockerfile.dockerignore').matchAll(/^!(.+)$/gm)].map(
    ([, name = '']) => name,
  );
  if (!allowed.includes(path)) throw new Error(`Dockerfile.dockerignore keeps ${path} from the image.`);
  return join(packageRoot, path);
}
