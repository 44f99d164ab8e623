// People who use the library `parley/client` in a test: opened, listened to, and closed when the test is over.
import { onTestFinished } from 'vitest';
import { openChannel, type OpenChannelOptions, type SignalingChannel } from '../../client/index.js';

export interface LibraryClient {
  channel: SignalingChannel;
  /** Every message so far, with what else was said about the other and about this side's state. */
  messages: unknown[];
  peers: string[];
  states: string[];
  /** Resolves as soon as the condition holds; it is looked at after each event. */
  until(holds: (client: LibraryClient) => boolean): Promise<void>;
}

export async function openClient(
  url: string,
  name: string,
  options: OpenChannelOptions = {},
): Promise<LibraryClient> {
  const channel = await openChannel(url, name, options);
  onTestFinished(() => channel.close());
  return watchChannel(channel);
}

export function watchChannel(channel: SignalingChannel): LibraryClient {
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  const client: LibraryClient = {
    channel,
    messages: [],
    peers: [],
    states: [],
    until: (holds) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!holds(client)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
  channel.on('message', (value) => {
    client.messages.push(value);
    look();
  });
  channel.on('peer', (presence) => {
    client.peers.push(presence);
    look();
  });
  channel.on('state', (state) => {
    client.states.push(state);
    look();
  });
  channel.on('role', look);
  return client;
}
