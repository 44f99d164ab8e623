// What components of a page share under a key: begun by the first that is mounted, ended when the last is unmounted. Leaves to
// hooks.ts what it is.
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';

/** Changes what the components see. */
export type Show<View> = (change: Partial<View>) => void;

interface Component<View> {
  /** Has React look at `view` again. */
  redraw: () => void;
  /** Begins with what the component was last rendered with, and returns what ends it. */
  start: (show: Show<View>) => () => void;
}

export interface Shared<View> {
  view: View;
  /** In the order in which they were mounted. */
  readonly components: Set<Component<View>>;
  /** Ends what there is, and begins as the first of the components does. */
  begin: () => void;
  end: () => void;
}

const over = new Set<string>(['closed', 'ended', 'failed']);

/** @param start is called with the key when there is none of it yet, and returns what ends it */
export function useShared<Key, View extends { state: string; restart: () => void }>(
  all: Map<Key, Shared<View>>,
  key: Key | undefined,
  idle: View,
  first: View,
  start: (show: Show<View>, key: Key) => () => void,
): View {
  const rendered = useRef(start);
  useEffect(() => {
    rendered.current = start;
  });
  const subscribe = useCallback(
    (redraw: () => void) => {
      if (key === undefined) return () => {};
      const found = all.get(key);
      // One that is over is shown to the components that used it. A later component begins anew, also with another `key`.
      const isNew = !found || (found.components.size === 0 && over.has(found.view.state));
      const shared = isNew ? createShared(first) : found;
      const component: Component<View> = { redraw, start: (show) => rendered.current(show, key) };
      all.set(key, shared);
      shared.components.add(component);
      if (isNew) shared.begin();
      return () => {
        shared.components.delete(component);
        // A task later: StrictMode mounts the component again in this one, and so does an app that shows another page.
        setTimeout(() => {
          if (shared.components.size > 0 || all.get(key) !== shared) return;
          all.delete(key);
          shared.end();
        });
      };
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

function createShared<View extends { restart: () => void }>(first: View): Shared<View> {
  const shared: Shared<View> = { view: first, components: new Set(), begin, end: () => {} };
  // A task later: with the options of a state that the program sets in the same turn.
  const restart = (): void => void setTimeout(begin);

  function begin(): void {
    const [component] = shared.components;
    if (!component) return;
    shared.end();
    let isOver = false;
    const show = (change: Partial<View>): void => {
      if (isOver) return;
      shared.view = { ...shared.view, ...change };
      for (const { redraw } of shared.components) redraw();
    };
    show({ ...first, restart });
    const stop = component.start(show);
    shared.end = () => {
      isOver = true;
      stop();
    };
  }

  return shared;
}
