// `npm run sbom`: prints which packages a production installation consists of, as a CycloneDX document: each with its
// version, its licence, its hash, and what it needs. Equal packages give equal text, so it has no date.
//
// It does not use `npm sbom --omit=dev`, which leaves out each package that a package for development needs, too: ws, for
// one (npm 11.19).
import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const { packages } = readJson('package-lock.json');

/** Where Node.js finds a package that the package at `from` imports. */
function locate(name, from) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (folder === '') throw new Error(`package-lock.json has no ${name}, which ${from || 'parley'} needs.`);
  }
}

/** Optional packages are left out, as in the image: `--omit=optional`. */
function neededBy(path) {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packages[path];
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  return [...new Set([...Object.keys(dependencies), ...peers].map((name) => locate(name, path)))].sort();
}

/** The lock file has no licence of a package that states it in the old form, as a list. */
function licenceOf(path) {
  const { version, license, licenses = [] } = readJson(`${path}/package.json`);
  if (version !== packages[path].version) throw new Error(`${path} is not what is locked. Run: npm ci`);
  return license ?? licenses.map(({ type }) => type).join(' OR ');
}

function describe(path, type, licence) {
  const { name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version } =
    packages[path];
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const isId = /^[\w.+-]+$/.test(licence);
  const licenses = isId ? [{ license: { id: licence } }] : [{ expression: licence }];
  return { type, 'bom-ref': path || purl, name, version, purl, licenses };
}

function hashesOf(path) {
  const [alg, content] = packages[path].integrity.split('-');
  return [{ alg: alg.replace('sha', 'SHA-'), content: Buffer.from(content, 'base64').toString('hex') }];
}

const own = describe('', 'application', packages[''].license);
const paths = new Set(neededBy(''));
for (const path of paths) for (const needed of neededBy(path)) paths.add(needed);
const sorted = [...paths].sort();

console.log(
  JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      metadata: { component: own },
      components: sorted.map((path) => ({
        ...describe(path, 'library', licenceOf(path)),
        hashes: hashesOf(path),
      })),
      dependencies: ['', ...sorted].map((path) => ({
        ref: path || own['bom-ref'],
        dependsOn: neededBy(path),
      })),
    },
    null,
    2,
  ),
);
