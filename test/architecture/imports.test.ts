// Who may import whom, and why. A broken rule names the file and the import.
import { describe, expect, it } from 'vitest';
import { readSources, type Import, type SourceFile } from '../support/source-files.js';

const server = readSources('server');
const client = readSources('client');
const source = [...server, ...client];

describe('imports', () => {
  it('the protocol imports nothing but itself: it is the one thing that server and client share', () => {
    expect(importsOf(inFolder('server/protocol/'), (file) => !file?.startsWith('server/protocol/'))).toEqual(
      [],
    );
  });

  it('of the server the client imports only the protocol: everything else needs Node', () => {
    const isForbidden = (file?: string): boolean =>
      file !== undefined && !file.startsWith('client/') && !file.startsWith('server/protocol/');
    expect(importsOf(client, isForbidden)).toEqual([]);
  });

  it('the client imports nothing of Node: it runs in browsers', () => {
    const found = client.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ specifier }) => [path, specifier]),
    );
    expect(found).toEqual([]);
  });

  it('the server imports nothing of the client or the tests: it runs without them', () => {
    expect(importsOf(server, (file) => file !== undefined && !file.startsWith('server/'))).toEqual([]);
  });

  it('rooms and users never import each other: a change that needs both is two changes', () => {
    expect(importsOf(inFolder('server/rooms/'), startsWith('server/users/'))).toEqual([]);
    expect(importsOf(inFolder('server/users/'), startsWith('server/rooms/'))).toEqual([]);
  });

  it('the kernel and what is below it know neither rooms nor users: both protocols stand on them', () => {
    const ground = ['kernel', 'cluster', 'transport', 'http', 'observability', 'timing'].flatMap((name) =>
      inFolder(`server/${name}/`),
    );
    expect(importsOf(ground, startsWith('server/rooms/', 'server/users/'))).toEqual([]);
  });

  it('cluster and transport do not know the kernel: it stands on them', () => {
    const ground = ['cluster', 'transport', 'http', 'observability', 'timing'].flatMap((name) =>
      inFolder(`server/${name}/`),
    );
    expect(importsOf(ground, startsWith('server/kernel/'))).toEqual([]);
  });

  it.each(layers)(
    'client/%s/ imports, of the client, only itself and what is below it',
    (layer, ...below) => {
      const allowed = [layer, ...below].map((name) => `client/${name}/`);
      const isForbidden = (file?: string): boolean =>
        file?.startsWith('client/') === true && !startsWith(...allowed)(file);
      expect(importsOf(inFolder(`client/${layer}/`), isForbidden)).toEqual([]);
    },
  );

  it('every file of the library is in a layer; hooks and pages use what index.ts exports, as other programs do', () => {
    const folders = layers.map(([layer]) => `client/${layer}/`);
    const users = ['client/pages/', 'client/react/'];
    const isOutside = ({ path }: SourceFile): boolean =>
      !startsWith(...users, ...folders)(path) && path !== 'client/index.ts';
    expect(client.filter(isOutside).map(({ path }) => path)).toEqual([]);
    for (const user of users) expect(importsOf(inFolder(user), startsWith(...folders))).toEqual([]);
  });

  it('memory-* and redis-* are imported only by choose-backing: one file chooses implementations', () => {
    const isChosen = (file?: string): boolean =>
      /^server\/.*\/(memory|redis)-(?!client)[^/]*$/.test(file ?? '');
    const others = source.filter(({ path }) => path !== 'server/choose-backing.ts' && !isChosen(path));
    expect(importsOf(others, isChosen)).toEqual([]);
  });

  it('rules and views import only the protocol, their own folder and the pure part of the kernel', () => {
    for (const { path, imports } of rules()) {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      const strange = imports.filter(
        ({ file }) =>
          !file?.startsWith(folder) && !file?.startsWith('server/protocol/') && !pure.has(file ?? ''),
      );
      expect({ path, strange }).toEqual({ path, strange: [] });
    }
  });

  it('rules reach no package, not even through others: then a test needs nothing but arguments', () => {
    for (const { path } of rules()) {
      const packages = loadedBy(path).flatMap((file) =>
        (byPath.get(file)?.imports ?? []).filter(({ file: target }) => target === undefined),
      );
      expect({ path, packages }).toEqual({ path, packages: [] });
    }
  });

  it('there are rules to look at', () => {
    expect(rules().map(({ path }) => path)).toEqual(
      expect.arrayContaining(['server/rooms/room-rules.ts', 'server/users/user-rules.ts']),
    );
  });

  it('every imported file is there', () => {
    expect(importsOf(source, (file) => file !== undefined && !byPath.has(file))).toEqual([]);
  });

  it('nothing imports itself through others: each file can be read after those that it imports', () => {
    const cycles = source.filter(({ path, imports }) =>
      imports.some(({ file }) => file !== undefined && reachableFrom(file).includes(path)),
    );
    expect(cycles.map(({ path }) => path)).toEqual([]);
  });
});

/** Each layer of the library, and those below it. */
const layers: [layer: string, ...below: string[]][] = [
  ['transport'],
  ['reliable', 'transport'],
  ['channel', 'reliable', 'transport'],
  ['rooms', 'channel', 'reliable', 'transport'],
  ['users', 'channel', 'reliable', 'transport'],
  ['call', 'channel', 'transport'],
];

/** What the layers below give the rules: types, and functions and classes without state. */
const pure = new Set([
  'client/transport/channel-failure.ts',
  'server/cluster/address.ts',
  'server/kernel/away.ts',
  'server/kernel/claim.ts',
  'server/kernel/record-store.ts',
  'server/kernel/rule.ts',
]);

const byPath = new Map(source.map((file) => [file.path, file]));

function inFolder(folder: string): SourceFile[] {
  const files = source.filter(({ path }) => path.startsWith(folder));
  expect(files.length, folder).toBeGreaterThan(0);
  return files;
}

function rules(): SourceFile[] {
  return source.filter(({ path }) => path.endsWith('-rules.ts') || /^server\/.*-view\.ts$/.test(path));
}

function startsWith(...folders: string[]): (file?: string) => boolean {
  return (file) => folders.some((folder) => file?.startsWith(folder));
}

function importsOf(files: SourceFile[], isForbidden: (file?: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter(({ file }) => isForbidden(file)).map(({ specifier }) => `${path} imports ${specifier}`),
  );
}

/** The file and all that it imports, directly or through others. */
function reachableFrom(start: string, follows: (each: Import) => boolean = () => true): string[] {
  const found = new Set([start]);
  for (const path of found) {
    for (const { file } of byPath.get(path)?.imports.filter(follows) ?? []) {
      if (file !== undefined) found.add(file);
    }
  }
  return [...found];
}

/** Without what is imported for its types alone. */
function loadedBy(start: string): string[] {
  return reachableFrom(start, ({ isType }) => !isType);
}
