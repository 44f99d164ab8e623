// Who touches the process: one file, and some whose job it is in part.
import ts from 'typescript';
import { expect, it } from 'vitest';
import { readSources, walk } from '../support/source-files.js';

/** What a file may use of `process`, beside `main.ts`, which may use all of it. */
const allowed: Record<string, readonly string[]> = {
  // Colours are for terminals.
  'server/observability/logger.ts': ['stdout'],
  // The log goes there; what waits at the end is written then.
  'server/observability/log-destination.ts': ['stdout', 'once'],
  // How much memory it may use, and what it uses.
  'server/transport/pressure.ts': ['constrainedMemory', 'memoryUsage', 'cpuUsage'],
  // Signals end the process; this file is the one that hears them.
  'server/shutdown.ts': ['on', 'exit'],
};

it("only main.ts touches the process: everything else can be mounted into somebody else's", () => {
  const used = readSources('server')
    .filter(({ path }) => path !== 'server/main.ts')
    .flatMap(({ path, tree }) => {
      const names: string[] = [];
      walk(tree, (node) => {
        if (!ts.isIdentifier(node) || node.text !== 'process') return;
        const { parent } = node;
        const isWhole = ts.isPropertyAccessExpression(parent) && parent.expression === node;
        const isType = ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent);
        if (!isType) names.push(isWhole ? parent.name.text : '(itself)');
      });
      return names.filter((name) => !allowed[path]?.includes(name)).map((name) => `${path}: process.${name}`);
    });
  expect(used).toEqual([]);
});

it('the server prints only through its log', () => {
  const printing = readSources('server')
    .filter(({ path, text }) => path !== 'server/main.ts' && /\bconsole\.\w+\(/.test(text))
    .map(({ path }) => path);
  expect(printing).toEqual([]);
});
