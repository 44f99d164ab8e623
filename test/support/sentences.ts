// The sentences that a person can read, as the source has them, and which test files have them too.
import ts from 'typescript';
import { listFiles, readSources, readText, walk, type SourceFile } from './source-files.js';

export interface Sentence {
  /** The static parts in order: what stands between two of them is known at run time only. */
  parts: readonly string[];
  /** `server/main.ts:64`; a sentence may stand in more than one place. */
  place: string;
}

/** Files in which a text of three words is read by a person even if it begins with a small letter. */
const tablesOfWords = [
  'server/protocol/',
  'server/setting-values.ts',
  'client/pages/ladder/read-',
  'client/pages/ladder/summarise-',
];

/** Not for a person: the lines of `--help`, which are data, and what is only logged. */
const otherFiles = [
  'server/settings.ts',
  'server/cluster/redis-client.ts',
  'server/kernel/reconciler.ts',
  'server/timing/deadline.ts',
];

/** The only event name of three words. */
const eventName = 'create or join';

const logCall = /(?:^|[.?])(?:trace|debug|info|warn|error|fatal|log|createFaultLog)$/;

/** Stands for what is known at run time only. */
const gap = '\u{FFFC}';

/** Below this many static characters a text search finds too much. */
const minLength = 12;

export function sentencesOfSource(): Sentence[] {
  return readSources('server', 'client')
    .filter(({ path }) => !otherFiles.includes(path))
    .flatMap(sentencesIn);
}

/** What the pages say before any script runs: texts and those attributes that a person reads or hears. */
export function sentencesOfPages(): Sentence[] {
  return listFiles('public', '.html').flatMap((path) =>
    textsOfPage(readText(path))
      .filter((text) => countWords(text) >= 3 && text.length >= minLength)
      .map((text) => ({ parts: [text], place: path })),
  );
}

/** In the order of the page. */
export function textsOfPage(html: string): string[] {
  const spoken = /(?:aria-label|placeholder|alt|name="description"\s+content)="([^"]*)"|>([^<>]+)/g;
  return [...html.matchAll(spoken)]
    .map(([, attribute = '', text = '']) => (attribute + text).replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
}

function sentencesIn({ path, tree }: SourceFile): Sentence[] {
  const found: Sentence[] = [];
  const isTable = tablesOfWords.some((start) => path.startsWith(start));
  walk(tree, (node) => {
    const parts = partsOf(node);
    if (!parts || !isSentence(parts, isTable)) return;
    if (ts.isLiteralTypeNode(node.parent) || isLogged(node, path)) return;
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    found.push({ parts, place: `${path}:${line + 1}` });
  });
  return found;
}

function partsOf(node: ts.Node): string[] | undefined {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
}

function isSentence(parts: readonly string[], isTable: boolean): boolean {
  const text = parts.join(gap).trim();
  const isLong = countWords(text) >= 3 && parts.join('').trim().length >= minLength;
  const isOneLine = !/[\r\n]/.test(text);
  return isLong && isOneLine && text !== eventName && (isTable || /^[\p{Lu}\u{FFFC}]/u.test(text));
}

function countWords(text: string): number {
  return text.split(' ').filter((word) => /\p{L}{2}/u.test(word)).length;
}

/** Log lines are for operators, and so is what the server throws: it is logged, and answered with a refusal. */
function isLogged(node: ts.Node, path: string): boolean {
  for (let outer = node.parent; !ts.isSourceFile(outer); outer = outer.parent) {
    if (ts.isCallExpression(outer) && logCall.test(outer.expression.getText())) return true;
    if (path.startsWith('server/') && isErrorText(outer)) return true;
    if (ts.isFunctionLike(outer)) return false;
  }
  return false;
}

function isErrorText(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Error';
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword;
}

/** Finds the test files that have the text of one of these sentences. */
export function testFilesOf(sentences: readonly Sentence[]): (sentence: Sentence) => readonly string[] {
  const patterns = new Map(sentences.map((sentence) => [keyOf(sentence), patternOf(sentence)]));
  const files = new Map([...patterns.keys()].map((key) => [key, new Set<string>()]));
  for (const { path, texts } of textsOfTests()) {
    for (const text of texts) {
      const said = [...patterns].filter(([, pattern]) => pattern.test(text));
      for (const [key, pattern] of said) {
        // A short sentence inside a longer one is not meant where the longer one stands.
        const isInside = said.some(([other]) => other !== key && pattern.test(other));
        if (!isInside) files.get(key)?.add(path);
      }
    }
  }
  return (sentence) => [...(files.get(keyOf(sentence)) ?? [])];
}

/** Equal for equal sentences. */
export function keyOf({ parts }: Sentence): string {
  return parts.join(gap).trim();
}

function patternOf(sentence: Sentence): RegExp {
  const quoted = keyOf(sentence).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(quoted.replaceAll(gap, '.*'));
}

/** The programs of the book have words of their own, which ours repeat. */
const otherPrograms = [
  'test/browser/book-page',
  'test/support/book-clients/',
  'test/integration/room-book-clients.test.ts',
  'test/bench/servers/',
];

function textsOfTests(): { path: string; texts: string[] }[] {
  return readSources('test')
    .filter(({ path }) => !otherPrograms.some((start) => path.startsWith(start)))
    .map(({ path, tree }) => {
      const texts: string[] = [];
      walk(tree, (node) => {
        const parts = partsOf(node);
        if (parts) texts.push(parts.join(gap));
        else if (ts.isRegularExpressionLiteral(node)) texts.push(node.text.replaceAll('\\', ''));
      });
      return { path, texts };
    });
}
