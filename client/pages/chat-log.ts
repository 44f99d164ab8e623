// Writes lines into #scratchPad, with the time since the page was opened, and into the console.
import type { Line } from './chat-lines.js';

/** Pixels from the end at which a reader still counts as reading the end. */
const nearEnd = 80;

export function writeLine(pad: HTMLElement, { text, quote, voice }: Line): void {
  const isAtEnd = pad.scrollHeight - pad.scrollTop - pad.clientHeight < nearEnd;
  const time = (performance.now() / 1000).toFixed(3);
  pad.append(paragraph(`Time: ${time} --> ${text}`, voice === 'server' ? voice : undefined));
  if (quote !== undefined) pad.append(paragraph(quote, voice));
  if (isAtEnd) pad.scrollTop = pad.scrollHeight;
  console.log(quote === undefined ? text : `${text} ${quote}`);
}

function paragraph(text: string, voice: Line['voice']): HTMLParagraphElement {
  const element = document.createElement('p');
  element.textContent = text;
  if (voice !== undefined) element.className = voice;
  // Somebody's own words may be in any script, also one that is written from right to left.
  if (voice === 'peer' || voice === 'unsent') element.dir = 'auto';
  return element;
}
