// Port: one connection to a server that speaks the user protocol, and its frames as values. It connects once.
import type { ClientMessage, LoginMessage, ServerMessage } from '../../server/protocol/user-messages.js';
import type { LineListeners } from './line.js';

/** What this side says; a login may carry a token. */
export type OwnMessage = ClientMessage | (LoginMessage & { token: string });

export interface UserTransport {
  send(message: OwnMessage): void;
  /** Closes as one who is done: the name is free at once. The server's end of it follows. */
  logOut(): void;
  /** Ends the connection; what was sent before still goes out. */
  close(): void;
}

/** @param onSent is told the bytes of each frame */
export type OpenUserTransport = (
  listeners: LineListeners<ServerMessage>,
  onSent: (bytes: number) => void,
) => UserTransport;
