// What a page has to load to use the library: everything that it needs in one file, as a server sends it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { packageRoot } from '../../server/package-root.js';

it('the library for a script tag is at most 25,000 bytes, gzipped', () => {
  const bundle = readFileSync(join(packageRoot, 'dist/client/parley.js'));
  const { length } = gzipSync(bundle, { level: 9 });
  console.log(`the library: ${length} bytes gzipped, ${bundle.length} bytes as it is`);
  expect(length).toBeLessThanOrEqual(25_000);
});
