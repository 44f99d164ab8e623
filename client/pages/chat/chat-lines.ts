// What the page writes into its log, in the words of the book's page. Leaves times and colours to chat-log.

export interface Line {
  text: string;
  /** A second paragraph: somebody's own words. */
  quote?: string;
  /** `server`: a notice of the server. `peer`: the quote is the other's. `unsent`: the quote is one's own, and lost. */
  voice?: 'server' | 'peer' | 'unsent';
}

export const lines = {
  created: (channel: string): Line => ({ text: `Channel ${channel} has been created!` }),
  initiator: (): Line => ({ text: 'This peer is the initiator...' }),
  joined: (channel: string): Line => ({
    text: `You have joined channel ${channel}. Waiting for the first message...`,
  }),
  full: (channel: string): Line => ({
    text: `channel ${channel} is too crowded! Cannot allow you to enter, sorry :-(`,
  }),
  joinRequest: (channel: string): Line => ({
    text: `Message from server: request to join channel ${channel}`,
    voice: 'server',
  }),
  broadcast: (sentence: string): Line => ({
    text: 'Broadcast message from server:',
    quote: sentence,
    voice: 'server',
  }),
  got: (kind: 'message' | 'response', value: unknown): Line => ({
    text: `Got ${kind} from other peer:`,
    quote: textOf(value),
    voice: 'peer',
  }),
  sendingBye: (): Line => ({ text: 'Sending "Bye" to server...' }),
  gotBye: (): Line => ({ text: 'Got "Bye" from other peer!' }),
  sendingAck: (): Line => ({ text: 'Sending "Ack" to server' }),
  disconnecting: (): Line => ({ text: 'Going to disconnect...' }),
  peerGone: (channel: string): Line => ({
    text: `The connection of the other peer is gone. Waiting in channel ${channel} for the next one...`,
    voice: 'server',
  }),
  unsent: (text: string): Line => ({
    text: 'You wrote this, but it was not sent:',
    quote: text,
    voice: 'unsent',
  }),
  undelivered: (text: string): Line => ({
    text: 'You wrote this, and it may not have arrived:',
    quote: text,
    voice: 'unsent',
  }),
  refused: (sentence: string): Line => ({ text: sentence, voice: 'server' }),
  unreachable: (): Line => ({ text: 'The server cannot be reached. Trying again...', voice: 'server' }),
  lost: (): Line => ({ text: 'The connection to the server is lost. Trying again...', voice: 'server' }),
  returned: (channel: string): Line => ({ text: `You are back in channel ${channel}.`, voice: 'server' }),
  endedMeanwhile: (): Line => ({ text: 'The other peer said "Bye" while you were away.', voice: 'server' }),
  takenOver: (): Line => ({ text: 'The conversation goes on in another window.', voice: 'server' }),
  back: (): Line => ({ text: 'Connected to the server.', voice: 'server' }),
} as const;

/** A book client's text is text; another client may send any JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
