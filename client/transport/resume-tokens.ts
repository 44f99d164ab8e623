// The resume token of a seat or a name: chosen here, replaced at every entry, never traced. In the page's session storage
// it outlives a reload; where there is none, it lives as long as the program.

/** What of `Storage` is used. */
export type TokenStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface ResumeTokens {
  /** The one that counts. */
  readonly current: string;
  /** A fresh one, to be sent beside `current`. If the answer is lost, `current` still counts. */
  propose(): string;
  /** The server has answered: from now on the proposed one counts. */
  confirm(): void;
  /** The seat is lost. */
  forget(): void;
  /** This side says goodbye, until the promise resolves. After `release` it has nothing to give up. */
  leaving(over: Promise<unknown>): void;
  /** Another channel of this page may use what is kept under the key. */
  release(): void;
}

/** Two channels of one page with the same key would take each other's seat, so only the first one keeps its token. */
const keysInUse = new Set<string>();

/** Of channels and lines of this page that are leaving, by key. */
const goodbyes = new Map<string, Set<Promise<unknown>>>();

/**
 * Resolves when the seats or the name that this page is giving up are free, or when the signal is aborted: until then they
 * are in its own way. Undefined: there are none.
 */
export function goodbyesOf(key: string, signal?: AbortSignal): Promise<unknown> | undefined {
  const leaving = goodbyes.get(key);
  if (!leaving) return undefined;
  return new Promise((resolve) => {
    signal?.addEventListener('abort', resolve, { once: true });
    void Promise.all(leaving).then(() => {
      signal?.removeEventListener('abort', resolve);
      resolve(undefined);
    });
  });
}

/** @param key names the server and the channel */
export function createResumeTokens(key: string, storage: TokenStorage | undefined): ResumeTokens {
  const isFirst = !keysInUse.has(key);
  const kept = isFirst ? storage : undefined;
  if (isFirst) keysInUse.add(key);
  let current = read(kept, key) ?? randomId();
  let next: string | undefined;
  let goodbye: Promise<unknown> | undefined;
  let isReleased = false;
  write(kept, key, current);
  return {
    get current() {
      return current;
    },
    propose() {
      next = randomId();
      return next;
    },
    confirm() {
      if (next === undefined) return;
      current = next;
      next = undefined;
      write(kept, key, current);
    },
    forget() {
      write(kept, key, undefined);
    },
    leaving(over) {
      if (goodbye || isReleased) return;
      goodbye = over;
      goodbyes.set(key, (goodbyes.get(key) ?? new Set()).add(over));
    },
    release() {
      isReleased = true;
      const leaving = goodbyes.get(key);
      if (goodbye && leaving?.delete(goodbye) && leaving.size === 0) goodbyes.delete(key);
      if (isFirst) keysInUse.delete(key);
    },
  };
}

/** 128 random bits as 32 hexadecimal digits. `randomUUID` is missing on plain http. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The page's own; undefined where there is none or where the browser forbids it, which it does by throwing. */
export function findSessionStorage(): TokenStorage | undefined {
  try {
    return typeof window === 'undefined' ? undefined : window.sessionStorage;
  } catch {
    return undefined;
  }
}

function read(storage: TokenStorage | undefined, key: string): string | undefined {
  try {
    return storage?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(storage: TokenStorage | undefined, key: string, token: string | undefined): void {
  try {
    if (token === undefined) storage?.removeItem(key);
    else storage?.setItem(key, token);
  } catch {
    // Full or forbidden: the token then lives only as long as this page.
  }
}
