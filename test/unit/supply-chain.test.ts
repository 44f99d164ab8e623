// What parley is made of besides its own code: exact versions, hashes, licences, and a reason for each package.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, readText } from '../support/source-files.js';
import { tablesIn } from '../support/tables.js';

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

interface Locked {
  integrity?: string;
  dev?: true;
  optional?: true;
  devOptional?: true;
}

interface Sbom {
  components: { 'bom-ref': string; licenses: unknown[]; hashes: { alg: string; content: string }[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** Licences under which a package may be passed on in an installation or a bundle, with its licence text. */
const allowedLicences = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

const { dependencies, devDependencies } = JSON.parse(readText('package.json')) as Package;
const { packages } = JSON.parse(readText('package-lock.json')) as { packages: Record<string, Locked> };
const locked = Object.entries(packages).filter(([path]) => path !== '');

describe('the packages', () => {
  it('have exact versions', () => {
    const wanted = Object.entries({ ...dependencies, ...devDependencies });
    expect(wanted.filter(([, version]) => !/^(?:npm:[^@]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('of examples/react are those that it is tested with', () => {
    const { dependencies: own, devDependencies: dev } = JSON.parse(
      readText('examples/react/package.json'),
    ) as Package;
    const tested = { ...dependencies, ...devDependencies, parley: 'file:../..' };
    expect(tested).toMatchObject({ ...own, ...dev });
  });

  it('are locked by a SHA-512 hash, so that a registry cannot exchange one', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  });

  it('that run in production have a reason each in docs/security.md', () => {
    const [table] = tablesIn('docs/security.md', '## Packages that run in production');
    const { rows = [] } = table ?? {};
    expect(rows.map(([name]) => name)).toEqual(Object.keys(dependencies).map((name) => `\`${name}\``));
    expect(rows.filter(([, reason = '']) => reason.length < 20)).toEqual([]);
  });
});

describe('`npm run sbom`', () => {
  const sbom = JSON.parse(
    execFileSync(process.execPath, [join(projectRoot, 'test/support/sbom.mjs')], { encoding: 'utf8' }),
  ) as Sbom;

  it('lists what is locked for production, with hash and dependencies', () => {
    const isProduction = ({ dev, optional, devOptional }: Locked): boolean =>
      !dev && !optional && !devOptional;
    const paths = locked.filter(([, entry]) => isProduction(entry)).map(([path]) => path);
    expect(sbom.components.map((component) => component['bom-ref'])).toEqual(paths.sort());
    expect(sbom.dependencies.map(({ ref }) => ref).slice(1)).toEqual(paths);
    expect(sbom.dependencies[0]?.dependsOn).toEqual(
      Object.keys(dependencies).map((name) => `node_modules/${name}`),
    );
    for (const { 'bom-ref': path, hashes } of sbom.components) {
      const content = Buffer.from(packages[path]?.integrity?.slice('sha512-'.length) ?? '', 'base64');
      expect(hashes).toEqual([{ alg: 'SHA-512', content: content.toString('hex') }]);
    }
  });

  it('names an allowed licence for each', () => {
    const allowed = allowedLicences.map((id) => JSON.stringify([{ license: { id } }]));
    const others = sbom.components.filter(({ licenses }) => !allowed.includes(JSON.stringify(licenses)));
    expect(others).toEqual([]);
  });
});
