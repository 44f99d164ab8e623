// One row of the page's list: time, arrow and sentence, and what travelled when it is unfolded.
import { element } from '../element.js';
import { findSignal } from './find-signal.js';
import { drawRow } from './lanes-drawing.js';
import { markOf, secondsOf, wayOf, type Row } from './ladder-row.js';

export interface RowElement {
  readonly item: HTMLLIElement;
  show(row: Row): void;
  focus(): void;
}

/** UTF-16 units; the saved trace has the rest. */
const maxShown = 20_000;

/** @param onFold it has been unfolded or folded */
export function createRowElement(first: Row, onFold: () => void): RowElement {
  const summary = element('summary', {});
  const contents = element('div', { class: 'ladder-contents' });
  const fold = element('details', {}, summary, contents);
  const item = element('li', {}, fold);
  let row = first;

  function showContents(): void {
    contents.replaceChildren(...(fold.open ? contentsOf(row) : []));
  }

  function show(next: Row): void {
    row = next;
    item.className = row.from === row.to ? 'ladder-note' : `ladder-from-${row.from}`;
    const time = element(
      'span',
      { class: 'ladder-time' },
      secondsOf(row.atMs),
      element('span', { class: 'ladder-unseen' }, ' s'),
    );
    summary.replaceChildren(time, drawRow(row), sentenceOf(row));
    if (fold.open) showContents();
  }

  fold.addEventListener('toggle', () => {
    showContents();
    onFold();
  });
  show(first);
  return {
    item,
    show,
    focus() {
      summary.focus({ preventScroll: true });
    },
  };
}

/** To be read aloud: "You to the other: offer: audio (opus), data channel; you send and receive". */
function sentenceOf(row: Row): HTMLElement {
  const mark = markOf(row);
  const parts = [
    element('span', { class: 'ladder-unseen' }, ` ${wayOf(row)}: `),
    element('b', {}, row.kind),
    ...(row.words === '' ? [] : [': ', element('bdi', {}, row.words)]),
    ...(mark === '' ? [] : [' ', element('span', { class: 'ladder-mark' }, mark)]),
    ...(row.count > 1 ? [' ', element('span', { class: 'ladder-mark' }, `${row.count} times`)] : []),
  ];
  return element('span', { class: 'ladder-line' }, ...parts);
}

function contentsOf(row: Row): HTMLElement[] {
  const { count, lastAtMs, event } = row;
  const signal = findSignal(event.args);
  const last = count > 1 ? ` The last of ${count} was at ${secondsOf(lastAtMs)} s.` : '';
  const name = event.direction === 'here' ? 'In the trace' : 'On the wire';
  return [
    element('p', {}, `${wayOf(row)}. ${name}: `, element('bdi', {}, `“${event.event}”`), `.${last}`),
    ...(row.words === '' ? [] : [element('p', {}, element('bdi', {}, row.words))]),
    ...(signal?.is === 'description' ? textBlock('Session description', signal.description.sdp) : []),
    ...(event.args.length === 0 ? [] : textBlock('Contents', JSON.stringify(event.args, null, 2))),
  ];
}

function textBlock(name: string, text: string): HTMLElement[] {
  const block = element('pre', {}, text.slice(0, maxShown));
  // A keyboard scrolls it.
  block.tabIndex = 0;
  block.role = 'group';
  block.ariaLabel = name;
  const rest = text.length - maxShown;
  return rest > 0
    ? [block, element('p', {}, `${rest} more characters are in the saved trace, as long as it reaches back.`)]
    : [block];
}
