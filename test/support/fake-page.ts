// A page in the hands of a test: it returns and leaves when told to, and its session storage is a map.
import type { PageEvents } from '../../client/transport/page.js';
import type { TokenStorage } from '../../client/transport/resume-tokens.js';

export interface FakePage extends PageEvents {
  comeBack(): void;
  leave(): void;
  readonly lastWords: { url: string; text: string }[];
  readonly listeners: number;
}

export function createFakePage(): FakePage {
  const returning = new Set<() => void>();
  const leaving = new Set<() => void>();
  const lastWords: FakePage['lastWords'] = [];
  const add = (set: Set<() => void>) => (listener: () => void) => {
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  };
  const tell = (set: Set<() => void>) => () => {
    for (const listener of set) listener();
  };
  return {
    onReturn: add(returning),
    onLeave: add(leaving),
    sendLast(url, text) {
      lastWords.push({ url, text });
    },
    comeBack: tell(returning),
    leave: tell(leaving),
    lastWords,
    get listeners() {
      return returning.size + leaving.size;
    },
  };
}

export function createFakeStorage(): TokenStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      kept.set(key, value);
    },
    removeItem(key) {
      kept.delete(key);
    },
  };
}
