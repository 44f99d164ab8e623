// The panel on the page: folded at first; then the list of rows, and the buttons that save. While it is folded nothing
// is drawn; while it is open, once a frame.
import { element } from '../element.js';
import { drawHead } from './lanes-drawing.js';
import type { Row } from './ladder-row.js';
import type { LadderState } from './ladder-rules.js';
import { createRowElement, type RowElement } from './row-element.js';

export interface LadderPanelParts {
  /** What to draw now. */
  state: () => LadderState;
  /** @returns the name of the file */
  savePicture: () => string;
  saveTrace: () => string;
}

export interface LadderPanel {
  /** There is something new to draw. */
  changed(): void;
}

/** Pixels from the end at which a reader still counts as reading the end. */
const nearEnd = 24;

export function createLadderPanel(host: HTMLElement, parts: LadderPanelParts): LadderPanel {
  const status = element('p', { class: 'ladder-status' });
  const empty = element('p', { class: 'ladder-hint' }, 'Nothing has travelled yet.');
  const gone = element('p', { class: 'ladder-hint' });
  const list = element('ol', {});
  const scroller = element('div', { class: 'ladder-scroll' }, empty, gone, list);
  const bar = element('div', { class: 'ladder-bar' }, saver('Save picture (SVG)', parts.savePicture));
  bar.append(
    saver('Save trace (JSON)', parts.saveTrace),
    element(
      'p',
      { class: 'ladder-hint' },
      'Before you share a file: it has what you both wrote, and your network addresses.',
    ),
    status,
  );
  const hint = element('span', { class: 'ladder-hint' }, 'who says what to whom');
  const summary = element('summary', {}, element('b', {}, 'Live ladder'), ' ', hint);
  const panel = element(
    'details',
    { class: 'ladder' },
    summary,
    element('div', { class: 'ladder-body' }, drawHead(), scroller, bar),
  );
  const shown = new Map<number, { row: Row; element: RowElement }>();
  let isFramePending = false;
  let isReadingEnd = true;

  // A list without dots is no list to some screen readers, unless it says so.
  list.role = 'list';
  status.role = 'status';
  gone.hidden = true;

  function saver(words: string, save: () => string): HTMLButtonElement {
    const button = element('button', {}, words);
    button.type = 'button';
    button.addEventListener('click', () => {
      status.textContent = `Saved as ${save()}`;
    });
    return button;
  }

  function drawSoon(): void {
    if (!panel.open || isFramePending) return;
    isFramePending = true;
    requestAnimationFrame(() => {
      isFramePending = false;
      if (panel.open) draw();
    });
  }

  function draw(): void {
    const state = parts.state();
    const [oldest] = state.rows;
    const kept = oldest && shown.get(oldest.id)?.element.item;
    const before = !isReadingEnd && kept ? kept.offsetTop : undefined;
    empty.hidden = state.rows.length > 0;
    gone.hidden = state.gone === 0;
    gone.textContent = state.gone === 1 ? '1 earlier step is gone.' : `${state.gone} earlier steps are gone.`;
    for (const row of state.rows) showRow(row);
    dropBefore(oldest?.id ?? 0);
    if (isReadingEnd) scroller.scrollTop = scroller.scrollHeight;
    // What went above the reader leaves the text in its place.
    else if (kept && before !== undefined) scroller.scrollTop += kept.offsetTop - before;
  }

  function showRow(row: Row): void {
    const old = shown.get(row.id);
    if (old?.row === row) return;
    if (old) old.element.show(row);
    const element = old?.element ?? createRowElement(row, seeWhereReaderIs);
    if (!old) list.append(element.item);
    shown.set(row.id, { row, element });
  }

  /** Rows come and go in order. */
  function dropBefore(id: number): void {
    for (const [shownId, { element }] of shown) {
      if (shownId >= id) return;
      const hadFocus = element.item.contains(document.activeElement);
      element.item.remove();
      shown.delete(shownId);
      if (hadFocus) shown.get(id)?.element.focus();
    }
  }

  function seeWhereReaderIs(): void {
    const { scrollHeight, scrollTop, clientHeight } = scroller;
    isReadingEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
  }

  scroller.addEventListener('scroll', () => {
    // Rows that came or went since the last frame move the list, too; that is not the reader's doing.
    if (!isFramePending) seeWhereReaderIs();
  });
  panel.addEventListener('toggle', (event) => {
    // Those of the rows do not bubble, but this is also heard where a browser lets them.
    if (event.target === panel) drawSoon();
  });
  host.append(panel);
  return { changed: drawSoon };
}
