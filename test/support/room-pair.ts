// Two who are paired in a channel, and the proof that nothing disturbed them: the whole list of what they heard.
import { expect } from 'vitest';
import { broadcastOf } from './entering.js';
import { connectClient, type Heard, type RoomClient, type RoomClientOptions } from './room-client.js';

export interface RoomPair {
  ann: RoomClient;
  bob: RoomClient;
  channel: string;
  /** Goes on with the conversation and compares everything that both have heard since the start. */
  expectUndisturbed(): Promise<void>;
}

/** Ann is the initiator, bob the joiner. */
export async function connectPair(
  url: string,
  options: RoomClientOptions = {},
  channel = 'room-42',
): Promise<RoomPair> {
  const ann = await connectClient(url, options);
  const bob = await connectClient(url, options);
  ann.say('create or join', channel);
  await ann.hears('created');
  bob.say('create or join', channel);
  await Promise.all([ann.hears('ready'), bob.hears('ready')]);
  let turns = 0;

  async function expectUndisturbed(): Promise<void> {
    turns += 1;
    ann.say('message', { channel, message: `turn ${turns}` });
    await bob.hears('message', turns);
    bob.say('response', { channel, message: `turn ${turns}` });
    await ann.hears('response', turns);
    const said = (event: string): Heard[] =>
      Array.from({ length: turns }, (_, turn) => [event, `turn ${turn + 1}`]);
    expect(ann.heard).toEqual([...initiatorEvents(channel, ann.id, bob.id), ...said('response')]);
    expect(bob.heard).toEqual([...joinerEvents(channel, bob.id), ...said('message')]);
  }

  return { ann, bob, channel, expectUndisturbed };
}

/** What an initiator hears until it is paired. [R3] [R4] */
export function initiatorEvents(channel: string, own: string, other: string): Heard[] {
  return [['created', channel, own], ...arrivalEvents(channel, other)];
}

/** What somebody who waits hears when the other comes. [R4] */
export function arrivalEvents(channel: string, other: string): Heard[] {
  return [
    ['remotePeerJoining', channel],
    ['join', channel],
    ['broadcast: joined', broadcastOf(other, channel)],
    ['ready', channel, {}],
  ];
}

/** What a joiner hears until it is paired. [R4] */
export function joinerEvents(channel: string, own: string): Heard[] {
  return [
    ['joined', channel, own],
    ['ready', channel, {}],
  ];
}
