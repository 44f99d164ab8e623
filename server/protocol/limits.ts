// The limits that belong to the protocol itself. Those that an operator sets are in settings.ts.

/** UTF-16 units in a channel name, after Unicode NFC. */
export const maxChannelLength = 128;

/** UTF-16 units in a user name, after Unicode NFC. */
export const maxUserNameLength = 64;

/** Characters of an unknown message type that its refusal repeats. */
export const maxEchoLength = 64;

/** People in one list of users. */
export const maxListedUsers = 100;

/** Milliseconds that a connection to the calls may stay without a login: people type names slowly. */
export const maxIdleBeforeLoginMs = 600_000;

/** Connections of one address that are not logged in; one more, and the oldest of them is cut. */
export const maxNamelessConnections = 50;

/** Arrays and objects nested in one another in a message. */
export const maxDepth = 64;

/** Characters in a seat's secret or in an incarnation. */
export const maxTokenLength = 128;

/**
 * Bytes in one frame of the transport. A frame above it ends the connection without a word, so a message's
 * own limit, which is answered, has to stay below.
 */
export const maxFrameBytes = 1024 * 1024;

/** Bytes that may wait for one connection to read them before it is closed. */
export const maxBacklogBytes = 1024 * 1024;

/** Events of one connection that may wait while a decision about it is being taken. */
export const maxQueuedEvents = 1000;

/** Bytes in those that wait. */
export const maxQueuedBytes = 4 * 1024 * 1024;
