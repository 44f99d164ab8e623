// The fixed limits of both protocols. Those that an operator can change are in settings.ts.

/** UTF-16 units in a channel name, after Unicode NFC. */
export const maxChannelNameLength = 128;

/** UTF-16 units in a user name, after Unicode NFC. */
export const maxUserNameLength = 64;

/** Characters of an unknown message type that are repeated in its refusal. */
export const maxEchoLength = 64;

/** Entries in one list of users. */
export const maxListedUsers = 100;

/** Milliseconds that a connection may stay without a seat or a name: people type names slowly. */
export const maxIdleWithoutSeatMs = 600_000;

/** Milliseconds that a call rings, from its first offer on. */
export const maxRingingMs = 120_000;

/** How much later than that it is over for certain, also if the store has failed meanwhile. */
export const maxRingingLateMs = 60_000;

/** The offers that ring at the same time, of all callers on one server: bytes of JSON, and ms. */
export const ringingOffers = {
  what: 'offers that ring',
  maxBytes: 64 * 1024 * 1024,
  maxBytesPerAddress: 4 * 1024 * 1024,
  keptMs: maxRingingMs + maxRingingLateMs,
};

/** Bytes of JSON of an answer that is kept in case that its message to the caller is lost. */
export const maxKeptAnswerBytes = 16 * 1024;

/** Bytes in the CONNECT packet of Socket.IO. */
export const maxConnectBytes = 16 * 1024;

/** Nesting depth of arrays and objects in it. */
export const maxConnectDepth = 4;

/** Milliseconds until a connection of the room protocol has to have joined the namespace. */
export const maxConnectMs = 10_000;

/** Milliseconds for which a connection that the server has closed is still read, and what is read is dropped. */
export const closedReadingMs = 900;

/** Bytes in a text beside its message: the name of the event or of the type, and what else the protocol needs. */
const maxBytesBeside = 4096;

/**
 * Bytes of a text that may hold a message; a longer one is not even decoded. JSON with an escape sequence for each
 * character that is not ASCII has at most three times the bytes of the message.
 * @param maxMessageBytes 0: no limit
 */
export function maxTextLength(maxMessageBytes: number): number {
  return maxMessageBytes === 0 ? Infinity : 3 * maxMessageBytes + maxBytesBeside;
}

/** Ends a text of which only the start was decoded, since it is too long. UTF-8 has nothing for half a surrogate pair. */
export const cutMark = '\ud800';

/**
 * Whether it is too long to be parsed: with escape sequences counted as one byte and white space not at all, as the bytes
 * of its message are, so that what is parsed is not three times as long as the longest message.
 * @param maxMessageBytes 0: no limit
 */
export function isTooLong(text: string, maxMessageBytes: number): boolean {
  if (maxMessageBytes === 0) return false;
  const most = maxMessageBytes + maxBytesBeside;
  if (text.length <= most) return text.endsWith(cutMark);
  return text.length > maxTextLength(maxMessageBytes) || text.endsWith(cutMark) || leastBytes(text) > most;
}

const [space, backslash, letterU] = [0x20, 0x5c, 0x75];

/** At most as many as the JSON of its value has. */
function leastBytes(json: string): number {
  let bytes = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === backslash) at += json.charCodeAt(at + 1) === letterU ? 5 : 1;
    if (code > space) bytes++;
  }
  return bytes;
}

/** Nesting depth of arrays and objects in a message. */
export const maxDepth = 64;

/** Characters in a resume token or in a client instance id. */
export const maxTokenLength = 128;

/**
 * Bytes in one frame of the transport. A larger frame closes the connection without an answer, so the limit of a
 * message, which is answered, has to be lower.
 */
export const maxFrameBytes = 1024 * 1024;

/** Queue limit, in bytes that one connection has not read yet; above it the connection is closed. */
export const maxUnreadBytes = 1024 * 1024;

/**
 * Bytes that a user has not read yet; above them an offer that rings, and a changed list of users, wait: users that it has
 * not answered send them.
 */
export const maxUnreadBeforeRingBytes = 64 * 1024;

/** Bytes that a user has not read yet; above them candidates of a call that it has not answered are dropped. */
export const maxUnreadWhileRingingBytes = maxUnreadBytes / 2;

/** Queue limit: events of one connection that wait while a request of it is being decided. */
export const maxQueuedEvents = 1000;

/** Queue limit, in bytes of those events. */
export const maxQueuedBytes = 4 * 1024 * 1024;
