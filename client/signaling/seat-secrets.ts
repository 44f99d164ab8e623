// The secret under which a seat is kept: chosen here, replaced at every entry, never shown. In the page's session
// storage it outlives a reload; where there is none, it lives as long as the program.

/** What of `Storage` is used. */
export type SecretStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface SeatSecrets {
  /** The one that counts. */
  readonly seat: string;
  /** A fresh one, to be sent beside `seat`. If the answer is lost, `seat` still counts. */
  propose(): string;
  /** The server has answered: from now on the proposed one counts. */
  confirm(): void;
  /** The seat is no longer ours. */
  forget(): void;
  /** Another channel of this page may use what is kept under the key. */
  release(): void;
}

/** Two channels of one page with the same key would take over each other, so only the first one keeps its secret. */
const keysInUse = new Set<string>();

/** @param key names the server and the channel */
export function createSeatSecrets(key: string, storage: SecretStorage | undefined): SeatSecrets {
  const isFirst = !keysInUse.has(key);
  const kept = isFirst ? storage : undefined;
  if (isFirst) keysInUse.add(key);
  let seat = read(kept, key) ?? randomId();
  let next: string | undefined;
  write(kept, key, seat);
  return {
    get seat() {
      return seat;
    },
    propose() {
      next = randomId();
      return next;
    },
    confirm() {
      if (next === undefined) return;
      seat = next;
      next = undefined;
      write(kept, key, seat);
    },
    forget() {
      write(kept, key, undefined);
    },
    release() {
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
export function findSessionStorage(): SecretStorage | undefined {
  try {
    return typeof window === 'undefined' ? undefined : window.sessionStorage;
  } catch {
    return undefined;
  }
}

function read(storage: SecretStorage | undefined, key: string): string | undefined {
  try {
    return storage?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(storage: SecretStorage | undefined, key: string, secret: string | undefined): void {
  try {
    if (secret === undefined) storage?.removeItem(key);
    else storage?.setItem(key, secret);
  } catch {
    // Full or forbidden: the secret then lives only as long as this page.
  }
}
