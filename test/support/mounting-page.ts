// A page of React components that open the same channel, or log in with the same name, and clean up in every way. Built with
// the example by react-mounts.test.ts, which calls `mountAgain`.
import { createElement, StrictMode, useEffect, type FunctionComponent } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import {
  ChannelFailure,
  openChannel,
  openUserLine,
  type OpenChannelOptions,
  type SignalingChannel,
} from 'parley/client';
import { useChannel } from 'parley/react';

export interface Rounds {
  way: 'hooks' | 'signal' | 'then leave' | 'line signal' | 'line close';
  /** `once`: stays mounted. A number: is unmounted, and mounted again after so many ms. */
  remount: 'once' | 0 | 30 | 300;
  /** The channel, or the name of the user. */
  name: string;
  /** Who answers calls, when it is a name. */
  other: string;
  count: number;
}

export interface MountsSeen {
  /** How often an effect ran that opens something. */
  effects: number;
  /** Each reason with which something failed, other than that this side has left. */
  failures: string[];
}

declare global {
  interface Window {
    mountAgain: (rounds: Rounds) => Promise<MountsSeen>;
  }
}

interface Mounted {
  /** Is called with what is open, if the component is still mounted. */
  onOpen: (channel: SignalingChannel) => void;
}

/** When a component is unmounted that is mounted again: at once, while it connects, or when it is open. */
const unmountAfter = [0, 5, 20, 'open'] as const;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

window.mountAgain = async ({ way, remount, name, other, count }) => {
  const seen: MountsSeen = { effects: 0, failures: [] };
  const component = componentOf({ way, name, other, seen });
  for (let round = 0; round < count; round++) {
    const root = createRoot(document.createElement('div'));
    const mount = (): Promise<SignalingChannel> =>
      new Promise((onOpen) => {
        const element = createElement(component, { onOpen });
        flushSync(() => root.render(createElement(StrictMode, null, element)));
      });
    const unmount = (): void => flushSync(() => root.render(null));
    let open = mount();
    if (remount !== 'once') {
      const after = unmountAfter[round % unmountAfter.length] ?? 0;
      await (after === 'open' ? open : sleep(after));
      unmount();
      await sleep(remount);
      open = mount();
    }
    await (await open).send(round);
    unmount();
  }
  return seen;
};

function componentOf(rounds: Omit<Rounds, 'remount' | 'count'> & { seen: MountsSeen }) {
  const { way, name, other, seen } = rounds;
  const note = (failure: unknown): void => {
    const reason = failure instanceof ChannelFailure ? failure.reason : String(failure);
    if (reason !== 'aborted' && reason !== 'closed') seen.failures.push(reason);
  };

  /** @returns what cleans up */
  function openOne(isMounted: () => boolean, onOpen: (channel: SignalingChannel) => void): () => void {
    const aborter = new AbortController();
    const options: OpenChannelOptions = way.endsWith('signal') ? { signal: aborter.signal } : {};
    const abort = (): void => aborter.abort();
    if (way.startsWith('line')) {
      const opening = openUserLine('/calls', name, options);
      opening.then((line) => {
        void line.closed.then(note);
        if (isMounted()) line.call(other).then(onOpen, note);
      }, note);
      return way === 'line signal'
        ? abort
        : () =>
            void opening.then(
              (line) => line.close(),
              () => {},
            );
    }
    const opening = openChannel('/', name, options);
    opening.then((channel) => {
      void channel.closed.then(note);
      if (isMounted()) onOpen(channel);
    }, note);
    return way === 'signal'
      ? abort
      : () =>
          void opening.then(
            (channel) => channel.leave(),
            () => {},
          );
  }

  const WithEffect: FunctionComponent<Mounted> = ({ onOpen }) => {
    useEffect(() => {
      seen.effects++;
      let isMounted = true;
      const cleanUp = openOne(() => isMounted, onOpen);
      return () => {
        isMounted = false;
        cleanUp();
      };
    }, []);
    return null;
  };

  const WithHook: FunctionComponent<Mounted> = ({ onOpen }) => {
    const { channel, state, failure } = useChannel('/', name);
    useEffect(() => void seen.effects++, []);
    useEffect(() => {
      if (failure) note(failure);
      if (channel && state === 'open') onOpen(channel);
    }, [channel, state, failure]);
    return null;
  };

  /** A parent and a child that use the same channel, as those of an app do. */
  const WithTwoHooks: FunctionComponent<Mounted> = (props) => {
    useChannel(location.origin, name);
    return createElement(WithHook, props);
  };

  return way === 'hooks' ? WithTwoHooks : WithEffect;
}
