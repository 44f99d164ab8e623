// The documentation of the library, rendered, and every example in it, run as it stands there in a browser with a camera.
import { join } from 'node:path';
import { build } from 'esbuild';
import { Application, ReflectionKind, type Comment, type DeclarationReflection } from 'typedoc';
import { expect } from 'vitest';
import { test, type TestChromium } from '../support/browser-test.js';
import { servePages } from '../support/serve-pages.js';
import { projectRoot } from '../support/source-files.js';

interface Example {
  name: string;
  code: string;
}

let warnings: string[];
let exported: DeclarationReflection[];

test.beforeAll(async () => {
  const app = await Application.bootstrap({
    options: `${projectRoot}/typedoc.json`,
    entryPoints: ['index.ts', 'react/hooks.ts'].map((file) => join(projectRoot, 'client', file)),
    tsconfig: `${projectRoot}/client/tsconfig.json`,
    // The compiler has checked it.
    skipErrorChecking: true,
    readme: 'none',
  });
  warnings = [];
  app.logger.warn = (message: string) => warnings.push(message);
  const project = await app.convert();
  if (!project) throw new Error('the library could not be read');
  app.validate(project);
  exported = (project.children ?? []).flatMap(({ children }) => children ?? []);
  // TypeDoc compiles the whole library.
}, 180_000);

test('everything that is exported, and everything that this needs, is in the documentation', () => {
  expect(warnings).toEqual([]);
  const undocumented = exported
    .filter(({ kind }) => kind === ReflectionKind.Function || kind === ReflectionKind.Class)
    .filter((reflection) => exampleOf(reflection) === undefined)
    .map(({ name }) => name);
  expect(undocumented).toEqual([]);
});

test('every example prints what it says', async ({ chromium }) => {
  const examples = exported.flatMap((reflection) => exampleOf(reflection) ?? []);
  expect(examples.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['openChannel', 'openUserLine', 'startCall', 'useChannel', 'useCall']),
  );
  for (const { name, code } of examples) {
    const said = [...code.matchAll(/\/\/ prints: (.*)$/gm)].map(([, text]) => text);
    expect({ name, printed: await run(chromium, code) }).toEqual({ name, printed: said });
  }
});

function exampleOf(reflection: DeclarationReflection): Example | undefined {
  const [signature] = reflection.signatures ?? [];
  const comment: Comment | undefined = signature?.comment ?? reflection.comment;
  const text = comment
    ?.getTag('@example')
    ?.content.map((part) => part.text)
    .join('');
  const code = text && /```tsx?\n([^]*?)```/.exec(text)?.[1];
  return code ? { name: reflection.name, code } : undefined;
}

/** What the program writes to the console of a page, on a server of its own. */
async function run(chromium: TestChromium, code: string): Promise<string[]> {
  const server = await servePages();
  const program = await build({
    stdin: {
      contents: code.replaceAll('http://localhost:8181', server.url.replace(/\/$/, '')),
      resolveDir: projectRoot,
      loader: 'tsx',
    },
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    bundle: true,
    write: false,
    format: 'esm',
    alias: {
      'parley/client': `${projectRoot}/client/index.ts`,
      'parley/react': `${projectRoot}/client/react/hooks.ts`,
    },
    external: ['ws'],
  });
  const window = await chromium.openWindow();
  await window.goto(server.url.replace(/\/$/, '/healthz'));
  const [bundle] = program.outputFiles;
  await window.read(`(async () => { ${bundle?.text.replaceAll(/^export .*$/gm, '') ?? ''} })()`);
  const printed = [...window.console];
  await window.close();
  await server.close();
  return printed;
}
