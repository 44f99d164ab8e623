// Port: what the page tells a connection about the person in front of it, and its address. Outside a browser nothing happens.
import { ChannelFailure } from './channel-failure.js';

export interface PageEvents {
  /** The network is back, the page is seen again, or it is back from the back-forward cache. */
  onReturn(handler: () => void): () => void;
  /** The page goes for good: closed, reloaded, or another one in its place. */
  onLeave(handler: () => void): () => void;
  /** Sends a text that arrives even though the page is going. */
  sendLast(url: string, text: string): void;
}

export const noPage: PageEvents = {
  onReturn: () => () => {},
  onLeave: () => () => {},
  sendLast: () => {},
};

export function findPage(): PageEvents {
  return typeof window === 'undefined' || typeof document === 'undefined' ? noPage : browserPage;
}

const browserPage: PageEvents = {
  onReturn(handler) {
    const onShow = (event: PageTransitionEvent): void => {
      if (event.persisted) handler();
    };
    const onVisibility = (): void => {
      if (document.visibilityState === 'visible') handler();
    };
    window.addEventListener('online', handler);
    window.addEventListener('pageshow', onShow);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      window.removeEventListener('online', handler);
      window.removeEventListener('pageshow', onShow);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  },
  onLeave(handler) {
    const onHide = (event: PageTransitionEvent): void => {
      // A persisted page sleeps in the back-forward cache and may return.
      if (!event.persisted) handler();
    };
    window.addEventListener('pagehide', onHide);
    return () => {
      window.removeEventListener('pagehide', onHide);
    };
  },
  sendLast(url, text) {
    // As text, so that a page of another origin needs no preflight, for which there is no time.
    navigator.sendBeacon(url, text);
  },
};

/**
 * Without a host, such as `/parley`, it is on the page's own server.
 * @param scheme what is spoken there, whatever the address says; with TLS where that has it
 * @throws {ChannelFailure} `unreachable`
 */
export function parseServerUrl(url: string | URL, scheme: 'http' | 'ws'): URL {
  const base = typeof location === 'undefined' ? undefined : location.href;
  try {
    const parsed = new URL(url, base);
    parsed.protocol = parsed.protocol.replace(/^(http|ws)/, scheme);
    return parsed;
  } catch {
    throw new ChannelFailure('unreachable', { message: `This is no address of a server: ${String(url)}` });
  }
}
