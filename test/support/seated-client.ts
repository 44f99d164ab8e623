// A client that keeps its seat under a secret, on as many connections as a test needs. Leaves rotation to the test.
import type { EnterAnswer, EnterOptions } from '../../server/protocol/room-events.js';
import { connectClient, type RoomClient, type Transport } from './room-client.js';

export interface Seated {
  client: RoomClient;
  answer: EnterAnswer;
}

/**
 * Connects and asks for a seat; `options` without `resume` keep nothing. Asks again when a node or Redis took too long.
 */
export async function takeSeat(
  url: string,
  transport: Transport,
  channel: string,
  options: EnterOptions = {},
): Promise<Seated> {
  const client = await connectClient(url, { transport });
  let answer = await enter(client, channel, options);
  while (answer.code === 'unavailable') answer = await enter(client, channel, options);
  return { client, answer };
}

export async function enter(
  client: RoomClient,
  channel: string,
  options: EnterOptions = {},
): Promise<EnterAnswer> {
  return (await client.ask('create or join', channel, options)) as EnterAnswer;
}

/** The options of somebody with this secret. */
export function kept(seat: string, more: EnterOptions = {}): EnterOptions {
  return { resume: true, seat, ...more };
}

/** Ends the connection without a goodbye, as a lost network does; the client does not come back by itself. */
export function drop({ socket }: RoomClient): void {
  socket.io.engine.close();
}

/** What was heard behind what had been heard before; waits for nothing. */
export function heardSince(client: RoomClient, before: number): RoomClient['heard'] {
  return client.heard.slice(before);
}
