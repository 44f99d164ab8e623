// The resume token of a seat or a name: chosen here, replaced at every entry, never traced. In the page's session storage
// it outlives a reload; where there is none, it lives as long as the channel or the line.
import type { Clock } from './clock.js';

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
  /** The server has answered: when the program knows it, a task later, another channel of this page may ask. */
  answered(clock: Clock): void;
  /** This side says goodbye, until the promise resolves. After `release` it has nothing to give up. */
  leaving(over: Promise<unknown>): void;
  /** Another channel of this page may use what is kept under the key. */
  release(): void;
}

/** Two channels of one page with the same key would take each other's seat, so only the first one keeps its token. */
const keysInUse = new Set<string>();

/**
 * Of channels and lines of this page, by key: those that have asked for a seat or a name and have no answer yet, and those that
 * are leaving.
 */
const busy = new Map<string, Set<Promise<unknown>>>();

const unanswered = 'unanswered';

/** What opens a channel or a line. */
interface Asking {
  signal?: AbortSignal | undefined;
  clock: Clock;
  unreachableAfterMs: number;
}

/**
 * Resolves when the seats or the name that this page is giving up are free, and when those that it has asked for are there, or
 * when the signal is aborted: until then they are in its own way. One that is asked for may be left as soon as it is there: a
 * component of React that is mounted twice at once does so.
 * @returns how long the next one may try to reach the server: what others have tried in vain counts. Undefined: there are none
 */
export function busyOf(
  key: string,
  { signal, clock, unreachableAfterMs }: Asking,
): Promise<number> | undefined {
  const others = busy.get(key);
  if (!others) return undefined;
  const since = clock.now();
  return new Promise((resolve) => {
    const stop = (): void => resolve(unreachableAfterMs);
    signal?.addEventListener('abort', stop, { once: true });
    void Promise.all(others).then((ends) => {
      signal?.removeEventListener('abort', stop);
      const lostMs = ends.includes(unanswered) ? clock.now() - since : 0;
      resolve(Math.max(0, unreachableAfterMs - lostMs));
    });
  });
}

function begin(key: string, over: Promise<unknown>): void {
  busy.set(key, (busy.get(key) ?? new Set()).add(over));
}

function end(key: string, over: Promise<unknown>): void {
  const others = busy.get(key);
  if (others?.delete(over) && others.size === 0) busy.delete(key);
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
  let wasAnswered = false;
  let tellAnswered: (how?: typeof unanswered) => void;
  const answer = new Promise((resolve) => {
    tellAnswered = resolve;
  });
  begin(key, answer);
  write(kept, key, current);

  let cancel = (): void => {};

  function letOthersAsk(how?: typeof unanswered): void {
    cancel();
    end(key, answer);
    tellAnswered(how);
  }

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
    answered(clock) {
      wasAnswered = true;
      cancel();
      cancel = clock.after(0, letOthersAsk);
    },
    leaving(over) {
      if (goodbye || isReleased) return;
      goodbye = over;
      begin(key, over);
    },
    release() {
      isReleased = true;
      letOthersAsk(wasAnswered ? undefined : unanswered);
      if (goodbye) end(key, goodbye);
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
