// The ladder on a page, as the tests read it.
import { expect } from 'vitest';
import type { BrowserWindow } from './browser-window.js';

export async function openLadder(window: BrowserWindow): Promise<void> {
  await window.click('.ladder > summary');
  await expect.poll(() => window.read(`document.querySelectorAll('.ladder li').length`)).not.toBe(0);
}

/** What each row says, without its time, and without the looks at the server, which come when they like. */
export async function ladderRows(window: BrowserWindow): Promise<string[]> {
  const rows = await window.read<string[]>(
    `[...document.querySelectorAll('.ladder .ladder-line')].map((line) => line.textContent.trim())`,
  );
  return rows.filter((row) => !row.includes(': check:'));
}

/** A script that finds the row which says this. */
export function rowThatSays(words: string): string {
  return `[...document.querySelectorAll('.ladder li')].find((row) => row.textContent.includes(${JSON.stringify(words)}))`;
}
