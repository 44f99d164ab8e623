// The files that a document shows, each under its name: a block of code whose first line is a comment with the name.
import { readText } from './source-files.js';

export interface DocumentedFile {
  name: string;
  text: string;
}

const block = /```(?:jsx?|html)\n(?:\/\/|<!--) ([\w-]+\.(?:mjs|jsx?|html))(?: -->)?\n([^]*?)```/g;

export function documentedFiles(path: string): DocumentedFile[] {
  return [...readText(path).matchAll(block)].map(([, name = '', text = '']) => ({ name, text }));
}
