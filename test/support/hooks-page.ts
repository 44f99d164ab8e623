// A page of React components that use the hooks of parley/react as apps do at their worst. Built with the example by
// react-hooks.test.ts, which calls what it puts on `window`.
import {
  Component,
  createElement,
  StrictMode,
  useState,
  type FunctionComponent,
  type ReactNode,
} from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import type { RoomChannel } from 'parley/client';
import { useCall, useChannel, type CallView, type ChannelView } from 'parley/react';

declare global {
  interface Window {
    restartWithNewOptions: () => Promise<unknown>;
    renderOften: () => Promise<unknown>;
    twoSpellings: () => Promise<unknown>;
    callAfterChannel: () => Promise<unknown>;
    endedAtOnce: () => Promise<unknown>;
    releaseCameras: () => Promise<unknown>;
  }
}

/** Components that are mounted: each shows what it is given, until another one is shown. */
function createPlace(): { show: (element: ReactNode) => void } {
  const root: Root = createRoot(document.createElement('div'), { onCaughtError: () => {} });
  return { show: (element) => flushSync(() => root.render(createElement(StrictMode, null, element))) };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A button "Try again" that has changed what is asked for. */
window.restartWithNewOptions = async () => {
  const asked: string[] = [];
  const views: { channel?: ChannelView; call?: CallView } = {};
  let press = (): void => {};
  navigator.mediaDevices.getUserMedia = (constraints) => {
    asked.push(`asks for ${Object.keys(constraints ?? {}).join()}`);
    return Promise.reject(new DOMException('No.', 'NotAllowedError'));
  };
  const Ann: FunctionComponent = () => {
    const [choice, setChoice] = useState('first');
    const isFirst = choice === 'first';
    views.channel = useChannel('/', 'options', {
      onTrace: ({ event }) => event === 'connecting' && asked.push(`connects as the ${choice}`),
    });
    views.call = useCall(views.channel.channel, { media: isFirst ? { audio: true } : false });
    press = () => {
      setChoice('second');
      views.call?.restart();
    };
    return null;
  };
  const place = createPlace();
  place.show(createElement(Ann));
  await until(() => views.call?.failure !== undefined);
  flushSync(press);
  await until(() => views.call?.state === 'waiting');
  const open = views.channel?.channel;
  views.channel?.restart();
  await until(() => views.channel?.channel !== undefined && views.channel.channel !== open);
  place.show(null);
  return asked;
};

/** Other callbacks and another `URL` at each render. */
window.renderOften = async () => {
  let connections = 0;
  let view: ChannelView | undefined;
  const Ann: FunctionComponent<{ round: number }> = ({ round }) => {
    view = useChannel(new URL(round % 2 ? '/' : '/?round', location.href), 'often', {
      onTrace: ({ event }) => event === 'connecting' && connections++,
    });
    return null;
  };
  const place = createPlace();
  for (let round = 0; round < 100; round++) place.show(createElement(Ann, { round }));
  await until(() => view?.state === 'open');
  for (let round = 0; round < 100; round++) place.show(createElement(Ann, { round }));
  place.show(null);
  return connections;
};

/** Names that are equal after NFC are one channel. [R1] */
window.twoSpellings = async () => {
  const views: ChannelView[] = [];
  const Ann: FunctionComponent = () => {
    views[0] = useChannel('/', 'Zo\u00eb');
    views[1] = useChannel('/', 'Zoe\u0308');
    return null;
  };
  const place = createPlace();
  place.show(createElement(Ann));
  await until(() => views.every(({ channel }) => channel !== undefined));
  place.show(null);
  return [views[0]?.channel === views[1]?.channel, views[0]?.peer];
};

/** A component that has the channel from elsewhere outlives the one that has opened it. */
window.callAfterChannel = async () => {
  let channel: RoomChannel | undefined;
  let call: CallView | undefined;
  const Opening: FunctionComponent = () => {
    ({ channel } = useChannel('/', 'call'));
    return null;
  };
  const Calling: FunctionComponent = () => {
    call = useCall(channel, { media: false });
    return null;
  };
  const [one, other] = [createPlace(), createPlace()];
  one.show(createElement(Opening));
  await until(() => channel !== undefined);
  other.show(createElement(Calling));
  await until(() => call?.state === 'waiting');
  one.show(null);
  await until(() => channel?.state === 'closed');
  const seen = [call?.state, call?.endedBy];
  other.show(null);
  return seen;
};

/** The answer and a `Bye` come in one turn, as in one response of long-polling. */
window.endedAtOnce = async () => {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (frame) {
    const text = typeof frame === 'string' ? frame : '';
    const [, id] = /^42(\d+)\["create or join"/.exec(text) ?? [];
    if (id === undefined) {
      send.call(this, frame);
      return;
    }
    const answer = { status: 'created', role: 'initiator', peer: null, heartbeatMs: 10_000, graceMs: 30_000 };
    setTimeout(() => {
      for (const data of [`43${id}[${JSON.stringify(answer)}]`, '42["Bye",{"reason":"said"}]'])
        this.dispatchEvent(new MessageEvent('message', { data }));
    });
  };
  let view: ChannelView | undefined;
  const Ann: FunctionComponent = () => {
    view = useChannel('/', 'ended');
    return null;
  };
  const place = createPlace();
  place.show(createElement(Ann));
  await until(() => view?.state === 'closed');
  const { failure, channel } = view ?? {};
  place.show(null);
  return [failure?.reason, channel?.state];
};

/** Components that call are unmounted while the camera is asked for, and when it is there; one is taken away by an error. */
window.releaseCameras = async () => {
  const tracks: MediaStreamTrack[] = [];
  let asked = 0;
  const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    asked++;
    const stream = await get(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
  let view: CallView | undefined;
  const Ann: FunctionComponent<{ isBroken: boolean }> = ({ isBroken }) => {
    view = useCall(useChannel('/', 'camera').channel);
    if (isBroken) throw new Error('of the component');
    return null;
  };
  const place = createPlace();
  for (const unmount of ['while it asks', 'when it is there', 'by an error']) {
    const before = asked;
    const show = (isBroken: boolean): void =>
      place.show(createElement(Boundary, { key: unmount }, createElement(Ann, { isBroken })));
    show(false);
    await until(() => asked > before);
    if (unmount !== 'while it asks') await until(() => !!view?.localStream);
    if (unmount === 'by an error') show(true);
    else place.show(null);
    await until(() => tracks.length === 2 * asked);
    await until(() => tracks.every(({ readyState }) => readyState === 'ended'));
  }
  return [asked, tracks.length];
};

class Boundary extends Component<{ children?: ReactNode }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? null : this.props.children;
  }
}
