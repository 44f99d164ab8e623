// Writes lines into #scratchPad, with the time since the page was opened, and into the console.
import type { Line } from './chat-lines.js';

/** Pixels from the end at which a reader still counts as reading the end. */
const nearEnd = 80;

/** Paragraphs that stay; above it the oldest go, so that nobody can fill another's page. */
const maxParagraphs = 2000;

export interface ChatLog {
  write(line: Line): void;
}

/** Whoever reads the end goes on seeing the end, whatever is written and however the page around it grows. */
export function createChatLog(pad: HTMLElement): ChatLog {
  let isReadingEnd = true;
  let isFramePending = false;

  function showEnd(): void {
    if (isReadingEnd) pad.scrollTop = pad.scrollHeight;
  }

  /** Once a frame: each look at the sizes makes the browser lay out the page. */
  function showEndSoon(): void {
    if (isFramePending) return;
    isFramePending = true;
    requestAnimationFrame(() => {
      isFramePending = false;
      showEnd();
    });
  }

  pad.addEventListener('scroll', () => {
    // Lines that came or went since the last frame move the text, too; that is not the reader's doing.
    if (isFramePending) return;
    isReadingEnd = pad.scrollHeight - pad.scrollTop - pad.clientHeight < nearEnd;
  });
  new ResizeObserver(showEnd).observe(pad);

  return {
    write({ text, quote, voice }) {
      const time = (performance.now() / 1000).toFixed(3);
      pad.append(paragraph(`Time: ${time} --> ${text}`, voice === 'server' ? voice : undefined));
      if (quote !== undefined) pad.append(paragraph(quote, voice));
      while (pad.childElementCount > maxParagraphs) pad.firstElementChild?.remove();
      showEndSoon();
      console.log(quote === undefined ? text : `${text} ${quote}`);
    },
  };
}

function paragraph(text: string, voice: Line['voice']): HTMLParagraphElement {
  const element = document.createElement('p');
  element.textContent = text;
  if (voice !== undefined) element.className = voice;
  // Somebody's own words may be in any script, also one that is written from right to left.
  if (voice === 'peer' || voice === 'unsent') element.dir = 'auto';
  return element;
}
