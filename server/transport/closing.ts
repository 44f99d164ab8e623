// How the server closes a connection whose client may still send.
import type { Duplex } from 'node:stream';

/** RFC 6455, section 7.4.1, and its registry (section 11.7). */
export const closeCodes = {
  /** A client is done. */
  normal: 1000,
  /** The server goes. */
  goingAway: 1001,
  /** The client broke a rule of the protocol. */
  policyViolation: 1008,
  /** The client may come back at once. */
  tryAgainLater: 1013,
} as const;

/** The pause between two reads: without it, it is a gigabyte a second. */
const drainEveryMs = 25;

/**
 * Drops what the client still sends, until its FIN. It is read all the same: to close a socket that has unread bytes resets
 * the connection, which can erase the last words to the client (RFC 1122, section 4.2.2.13; RFC 9112, section 9.6). Who
 * calls this destroys the stream after `closedReadingMs`.
 */
export function drain(stream: Duplex): void {
  stream.removeAllListeners('data').on('data', () => {
    stream.pause();
    // Not a task of the scheduler, which would hold it when the connection is gone.
    setTimeout(() => stream.resume(), drainEveryMs);
  });
  stream.resume();
  stream.end();
}
