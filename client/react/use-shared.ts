// What components of a page share under a key: begun by the first that is mounted, ended when the last is unmounted. Leaves to
// hooks.ts what it is.
import { useCallback, useSyncExternalStore } from 'react';

/** Changes what the components see. */
export type Show<View> = (change: Partial<View>) => void;

export interface Shared<View> {
  view: View;
  /** Each has React look at `view` again. */
  readonly components: Set<() => void>;
  end: () => void;
}

const over = new Set<string>(['closed', 'ended', 'failed']);

/** @param start is called with the key when there is none of it yet, and returns what ends it */
export function useShared<Key, View extends { state: string }>(
  all: Map<Key, Shared<View>>,
  key: Key | undefined,
  idle: View,
  first: View,
  start: (show: Show<View>, key: Key) => () => void,
): View {
  const subscribe = useCallback(
    (redraw: () => void) => {
      if (key === undefined) return () => {};
      let shared = all.get(key);
      // One that is over is shown to the components that used it. A later component begins anew, also with another `key`.
      if (!shared || (shared.components.size === 0 && over.has(shared.view.state))) {
        shared = share(first, (show) => start(show, key));
        all.set(key, shared);
      }
      return attach(all, key, shared, redraw);
    },
    // Subscribes again with another key only: that the functions and options are others at each render does not count.
    [key],
  );
  return useSyncExternalStore(
    subscribe,
    () => (key === undefined ? idle : (all.get(key)?.view ?? first)),
    () => (key === undefined ? idle : first),
  );
}

function share<View>(first: View, start: (show: Show<View>) => () => void): Shared<View> {
  const shared: Shared<View> = { view: first, components: new Set(), end: () => {} };

  function begin(): void {
    shared.end();
    let isOver = false;
    const show = (change: Partial<View>): void => {
      if (isOver) return;
      shared.view = { ...shared.view, ...change };
      for (const redraw of shared.components) redraw();
    };
    show({ ...first, restart: () => shared.components.size > 0 && begin() });
    const stop = start(show);
    shared.end = () => {
      isOver = true;
      stop();
    };
  }

  begin();
  return shared;
}

/** @returns the function that takes the component away again */
function attach<Key, View>(
  all: Map<Key, Shared<View>>,
  key: Key,
  shared: Shared<View>,
  redraw: () => void,
): () => void {
  // React may give the same function for two components, and a set would keep it once.
  const component = (): void => redraw();
  shared.components.add(component);
  return () => {
    shared.components.delete(component);
    // A task later: StrictMode mounts the component again in this one, and so does an app that shows another page.
    setTimeout(() => {
      if (shared.components.size > 0 || all.get(key) !== shared) return;
      all.delete(key);
      shared.end();
    });
  };
}
