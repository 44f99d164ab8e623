// A document without a browser, for tests of what elements say: names, attributes, texts and events; nothing is drawn.
import { onTestFinished, vi } from 'vitest';

/** Stands in for every kind of element. */
export class FakeElement extends EventTarget {
  readonly attributes = new Map<string, string>();
  readonly children: (FakeElement | string)[] = [];
  readonly classList = { add: () => {}, toggle: () => {} };
  hidden = false;
  open = false;
  value = '';

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  append(...children: (FakeElement | string)[]): void {
    this.children.push(...children);
  }

  replaceChildren(...children: (FakeElement | string)[]): void {
    this.children.splice(0, Infinity, ...children);
  }

  get textContent(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('');
  }

  set textContent(text: string) {
    this.replaceChildren(text);
  }

  click(): void {
    this.dispatchEvent(new Event('click'));
  }

  focus(): void {
    // Nothing has the focus.
  }

  select(): void {
    // Nothing is selected.
  }
}

/** Texts, in the order of the page, and the attributes that are read to people. */
export function wordsIn(node: unknown): string[] {
  if (typeof node === 'string') return node.trim() === '' ? [] : [node];
  if (!(node instanceof FakeElement)) return [];
  const attributes = ['aria-label', 'placeholder'].flatMap((name) => node.attributes.get(name) ?? []);
  return [...attributes, ...node.children.flatMap(wordsIn)];
}

/** For the time of the test. Every id has an element, but for those that are missing. */
export function standInForDocument({ missing = [] }: { missing?: readonly string[] } = {}): void {
  const known = new Map<string, FakeElement>();
  const byId = (id: string): FakeElement => {
    const element = known.get(id) ?? new FakeElement();
    known.set(id, element);
    return element;
  };
  vi.stubGlobal('document', {
    title: '',
    addEventListener: () => {},
    createElement: () => new FakeElement(),
    createElementNS: () => new FakeElement(),
    execCommand: () => false,
    getElementById: (id: string) => (missing.includes(id) ? null : byId(id)),
  });
  for (const name of ['HTMLElement', 'HTMLInputElement', 'HTMLButtonElement', 'HTMLFormElement']) {
    vi.stubGlobal(name, FakeElement);
  }
  vi.stubGlobal('location', { origin: 'http://parley.test', pathname: '/' });
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => {
    draw();
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}
