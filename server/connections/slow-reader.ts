// Cuts a Socket.IO client that reads no more, from the first moment of its connection, joined or not. [R28]
import type { Socket as EngineSocket } from 'engine.io';
import { maxBacklogBytes } from '../protocol/limits.js';
import { refusals } from '../protocol/refusals.js';
import { boundBacklog } from './backlog.js';
import { webSocketOf } from './web-socket-of.js';

/** Closed, not disconnected: a client that reads again comes back to its seat. What waits is dropped. */
export function cutSlowReader(connection: EngineSocket): void {
  boundBacklog(connection, maxBacklogBytes, () => {
    const refused = ['refused', { event: 'message', ...refusals.tooSlow(maxBacklogBytes) }];
    // For the log of whoever holds it.
    connection.emit('too-slow');
    // Past Socket.IO, where it would wait behind all the rest: an event (2) in a message (4) of Engine.IO.
    webSocketOf(connection)?.send(`42${JSON.stringify(refused)}`);
    connection.close(true);
  });
}
