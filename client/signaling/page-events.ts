// Port: what the page tells a connection about the person in front of it. Outside a browser nothing happens.

export interface PageEvents {
  /** The network is back, the page is seen again, or it is back from the back-forward cache. */
  onReturn(listener: () => void): () => void;
  /** The page goes for good: closed, reloaded, or another one in its place. */
  onLeave(listener: () => void): () => void;
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
  onReturn(listener) {
    const onShow = (event: PageTransitionEvent): void => {
      if (event.persisted) listener();
    };
    const onVisibility = (): void => {
      if (document.visibilityState === 'visible') listener();
    };
    window.addEventListener('online', listener);
    window.addEventListener('pageshow', onShow);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      window.removeEventListener('online', listener);
      window.removeEventListener('pageshow', onShow);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  },
  onLeave(listener) {
    const onHide = (event: PageTransitionEvent): void => {
      // A persisted page sleeps in the back-forward cache and may return.
      if (!event.persisted) listener();
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
