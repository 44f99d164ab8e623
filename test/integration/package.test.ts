// The package as somebody who installs it finds it: what `parley/client` is, for Node, for types and for a script tag.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/package-root.js';
import { installPackage } from '../support/installed-package.js';
import { listFiles, readText } from '../support/source-files.js';

interface Manifest {
  exports: Record<string, Record<'types' | 'default', string>>;
  files: string[];
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as Manifest;
const require = createRequire(import.meta.url);
const names = ['CallFailure', 'ChannelFailure', 'getLocalMedia', 'openChannel', 'openUserLine', 'startCall'];

describe('the package', () => {
  it('has every file that its exports name, and publishes it', () => {
    for (const conditions of Object.values(manifest.exports)) {
      for (const file of Object.values(conditions)) {
        expect(existsSync(join(packageRoot, file)), file).toBe(true);
        expect(
          manifest.files.some((published) => file.startsWith(`./${published}`)),
          file,
        ).toBe(true);
      }
    }
  });

  it('names types before everything else, as TypeScript needs it', () => {
    for (const conditions of Object.values(manifest.exports))
      expect(Object.keys(conditions)[0]).toBe('types');
  });

  it('depends on what its ESM build imports', () => {
    const source = listFiles('dist/client/library', '.js').map(readText).join('\n');
    const imported = [...source.matchAll(/(?:from |import\()"([^."][^"]*)"/g)].map(([, name = '']) => name);
    expect(new Set(imported)).toEqual(new Set(['socket.io-client', 'ws', 'react']));
    const named = { ...manifest.dependencies, ...manifest.peerDependencies };
    for (const name of imported) expect(named).toHaveProperty(name);
  });

  it('works in Node under its own name', () => {
    const program = "import('parley/client').then((library) => console.log(Object.keys(library).join()))";
    const printed = execFileSync(process.execPath, ['-e', program], {
      cwd: installPackage(),
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe(names.join());
  });

  it('has types that a strict program compiles against', () => {
    const folder = installPackage();
    writeFileSync(
      join(folder, 'program.ts'),
      `import { ChannelFailure, openChannel, type SignalingChannel } from 'parley/client';
      const channel: SignalingChannel = await openChannel('http://localhost:8181', 'red', { token: 't' });
      const role: 'initiator' | 'joiner' = channel.role;
      channel.on('state', (state, failure) => { console.log(role, state, failure?.reason === 'ended'); });
      console.log(new ChannelFailure('ended'));
      `,
    );
    writeFileSync(
      join(folder, 'wrong.ts'),
      `import { ChannelFailure } from 'parley/client';
      console.log(new ChannelFailure('no such reason'));
      `,
    );
    expect(compile(folder, 'program.ts', 'nodenext')).toBe('');
    expect(() => compile(folder, 'wrong.ts', 'nodenext')).toThrow();
  });

  it('takes options that may be undefined, also from a program that tells that from no option', () => {
    const folder = installPackage();
    writeFileSync(
      join(folder, 'program.ts'),
      `import { openChannel, openUserLine } from 'parley/client';
      import { useCall, useChannel } from 'parley/react';
      interface Settings { name?: string; token: string | undefined; ms: number | undefined; is: boolean | undefined }
      export function useTalk({ name, token, ms, is }: Settings): unknown {
        const { channel } = useChannel('/', name, { token, wait: is, log: is, onTrace: undefined, unreachableAfterMs: ms });
        return useCall(channel, { media: undefined, relayOnly: is, iceServers: undefined, answerWithinMs: ms, connectWithinMs: ms });
      }
      export async function talk({ token, ms, is }: Settings, signal: AbortSignal | undefined): Promise<void> {
        const channel = await openChannel('/', 'red', { token, signal, wait: is, onWait: undefined, unreachableAfterMs: ms });
        await channel.send(1, { as: undefined });
        await using line = await openUserLine('/', 'ann', { token, signal, wait: is, onWait: undefined, WebSocket: undefined });
        await line.call('bob', { about: 'lunch?', offer: undefined, signal });
      }
      `,
    );
    for (const module of ['node16', 'nodenext', 'esnext'])
      expect(compile(folder, 'program.ts', module, '--exactOptionalPropertyTypes')).toBe('');
  });

  it('has hooks that a server can render: there the channel is opening, and nothing is opened', () => {
    const folder = installPackage();
    for (const name of ['react', 'react-dom'])
      symlinkSync(join(packageRoot, 'node_modules', name), join(folder, 'node_modules', name));
    const program = `
      import { createElement } from 'react';
      import { renderToString } from 'react-dom/server';
      import { useCall, useChannel } from 'parley/react';
      function Ann({ name }) {
        const { channel, state, peer } = useChannel('/', name);
        return [state, peer, useCall(channel).state].join();
      }
      for (const name of ['red', undefined]) console.log(renderToString(createElement(Ann, { name })));`;
    const args = ['--input-type=module', '-e', program];
    const printed = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(printed.split('\n')).toEqual(['opening,gone,idle', 'idle,gone,idle', '']);
  });

  it('has one script file that sets the global parley', () => {
    const script = readFileSync(join(packageRoot, 'dist/client/parley.js'), 'utf8');
    const printed: unknown = runInNewContext(`${script}; Object.keys(parley).join()`, {
      setTimeout,
      TextEncoder,
      URL,
    });
    expect(printed).toBe(names.join());
  });
});

/** @returns what the compiler complains about. @throws with the same */
function compile(folder: string, file: string, module: string, ...more: string[]): string {
  const compiler = join(dirname(require.resolve('typescript-native/package.json')), 'bin/tsc');
  const options = [
    '--strict',
    '--noEmit',
    '--skipLibCheck',
    'false',
    '--target',
    'es2023',
    '--lib',
    'es2024,dom',
  ];
  const resolution = module === 'esnext' ? ['--moduleResolution', 'bundler'] : [];
  const args = [compiler, ...options, '--module', module, ...resolution, ...more, file];
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
}
