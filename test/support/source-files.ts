// The source files of the project as the architecture tests read them: their text, and what each imports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the root of the project, such as `server/main.ts`. */
  path: string;
  text: string;
  tree: ts.SourceFile;
  imports: Import[];
}

export interface Import {
  /** As written: a package, or a relative file. */
  specifier: string;
  /** The file from the root of the project; `undefined` for a package. */
  file: string | undefined;
  /** `import type`: nothing is loaded. */
  isType: boolean;
}

/** Every TypeScript file of the folders, parsed. */
export function readSources(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) => listFiles(folder, '.ts')).map(readSource);
}

export function listFiles(folder: string, ending: string): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

export function isFile(path: string): boolean {
  return existsSync(join(projectRoot, path));
}

export function readText(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

/** Calls `visit` for every node of the file, outer before inner. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

function readSource(path: string): SourceFile {
  const text = readText(path);
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  walk(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined)
      imports.push({ specifier, file: resolve(path, specifier), isType: isTypeOnly(node) });
  });
  return { path, text, tree, imports };
}

/** Of `import … from`, `export … from` and `import(…)`. */
function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)
      ? node.moduleSpecifier.text
      : undefined;
  }
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  const [argument] = node.arguments;
  return argument && ts.isStringLiteral(argument) ? argument.text : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return ts.isExportDeclaration(node) && node.isTypeOnly;
}

function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative('.', join(dirname(from), specifier)).replace(/\.js$/, '.ts');
}
