// examples/react as somebody who has copied the folder has it: beside installed packages, and built by its own Vite.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/package-root.js';
import { isFile, readText } from './source-files.js';

const run = promisify(execFile);

export const example = 'examples/react';

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

export const exampleManifest = JSON.parse(readText(`${example}/package.json`)) as Manifest;

/** Takes what removes the folder: of a test or a file. */
export type OnCleanUp = (remove: () => Promise<void>) => void;

/** @returns the folder */
export async function copyExample(onCleanUp: OnCleanUp): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-react-'));
  onCleanUp(() => rm(folder, { recursive: true }));
  const isSource = (path: string): boolean => !/\/(?:node_modules|dist)$/.test(path);
  await cp(join(packageRoot, example), folder, { recursive: true, filter: isSource });
  const { dependencies, devDependencies } = exampleManifest;
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(name === 'parley' ? packageRoot : join(packageRoot, 'node_modules', name), link);
  }
  return folder;
}

export interface ExampleBuild {
  /** `development`: with the React that mounts each component of StrictMode twice. Default: `production`. */
  react?: 'development' | 'production';
  /** A program from the tests, built into `/page.html` beside the example. */
  page?: string;
}

/** @returns the folder with what was built, for a server */
export async function buildExample(
  onCleanUp: OnCleanUp,
  { react = 'production', page }: ExampleBuild = {},
): Promise<string> {
  const folder = await copyExample(onCleanUp);
  const pages = ['index.html'];
  if (page !== undefined) {
    if (!isFile(page)) throw new Error(`There is no ${page}.`);
    await cp(join(packageRoot, page), join(folder, 'src/page.ts'));
    const html =
      '<!doctype html><title>A page of a test</title><script type="module" src="/src/page.ts"></script>';
    await writeFile(join(folder, 'page.html'), html);
    pages.push('page.html');
  }
  const program = `import { build } from 'vite'; await build({ build: { rollupOptions: { input: ${JSON.stringify(pages)} } } });`;
  const env = { ...process.env, NODE_ENV: react };
  await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, env });
  return join(folder, 'dist');
}
