// A list of names, each with a remark and a button that calls. Rows stay as they are while their name is in the list, so
// that a keyboard keeps its place when others come and go.

import type { NameRow } from './directory-view.js';

export interface NameList {
  show(rows: readonly NameRow[]): void;
}

interface Shown {
  row: HTMLLIElement;
  remark: HTMLSpanElement;
}

export function createNameList(
  list: HTMLUListElement,
  { label, call }: { label: string; call: (name: string) => void },
): NameList {
  let shown = new Map<string, Shown>();

  function create(name: string): Shown {
    const row = document.createElement('li');
    const who = document.createElement('bdi');
    const remark = document.createElement('span');
    const button = document.createElement('button');
    who.textContent = name;
    remark.className = 'remark';
    button.type = 'button';
    button.textContent = label;
    button.setAttribute('aria-label', `${label} ${name}`);
    button.addEventListener('click', () => call(name));
    row.append(who, remark, button);
    return { row, remark };
  }

  return {
    show(rows) {
      const next = new Map<string, Shown>();
      for (const { key, name, remark, isBusy } of rows) {
        const one = shown.get(key) ?? create(name);
        if (one.remark.textContent !== remark) one.remark.textContent = remark;
        one.row.classList.toggle('busy', isBusy);
        next.set(key, one);
      }
      for (const [key, { row }] of shown) if (!next.has(key)) row.remove();
      // A row that is in its place already is not moved: moving takes the focus away.
      let place = list.firstElementChild;
      for (const { row } of next.values()) {
        if (row === place) place = place.nextElementSibling;
        else list.insertBefore(row, place);
      }
      shown = next;
    },
  };
}
