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
  /** This side says goodbye, until the promise resolves. */
  leaving(over: Promise<unknown>): void;
  /** Another channel of this page may use what is kept under the key. */
  release(): void;
}

/** Two channels of one page with the same key would take each other's seat, so only the first one keeps its token. */
const keysInUse = new Set<string>();

/** Of channels and lines of this page that are leaving, by key. */
const goodbyes = new Map<string, Promise<unknown>>();

/** Resolves when the seat that this page is giving up is free: until then it is in its own way. Undefined: there is none. */
export function goodbyeOf(key: string): Promise<unknown> | undefined {
  return goodbyes.get(key);
}

/** @param key names the server and the channel */
export function createResumeTokens(key: string, storage: TokenStorage | undefined): ResumeTokens {
  const isFirst = !keysInUse.has(key);
  const kept = isFirst ? storage : undefined;
  if (isFirst) keysInUse.add(key);
  let current = read(kept, key) ?? randomId();
  let next: string | undefined;
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
      goodbyes.set(key, over);
    },
    release() {
      goodbyes.delete(key);
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
