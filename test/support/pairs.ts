// Pairs of book clients: two who meet, and two who talk on and on, to show that nothing disturbs them.
import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { expect, onTestFinished } from 'vitest';
import { scaled } from './scale.js';
import { ask, connectSocket } from './seat-client.js';

/** The first is the initiator; both have heard `ready`. */
export async function pairUp(url: string, channel: string): Promise<[Socket, Socket]> {
  const pair: [Socket, Socket] = [await connectSocket(url), await connectSocket(url)];
  const ready = Promise.all(pair.map((socket) => hearNext(socket, 'ready')));
  for (const socket of pair) await ask(socket, channel, {});
  await ready;
  return pair;
}

/** The others are below every rate limit. */
export const betweenMs = scaled(4, 25);

/** Two who talk all the time in a room of their own; the answer compares everything that they have heard. */
export async function startOtherRoom(url: string): Promise<() => Promise<void>> {
  const [dan, eve] = await pairUp(url, 'room-42');
  const heard: unknown[] = [];
  for (const socket of [dan, eve]) socket.onAny((...event: unknown[]) => heard.push(event));
  const state = { turns: 0, isOver: false };
  async function talk(): Promise<void> {
    while (!state.isOver) {
      const arrived = hearNext(eve, 'message');
      dan.emit('message', state.turns++);
      await arrived;
      await pause(betweenMs);
    }
  }
  const talking = talk();
  onTestFinished(() => {
    state.isOver = true;
  });
  return async () => {
    state.isOver = true;
    await talking;
    expect(heard).toEqual(Array.from({ length: state.turns }, (_, turn) => ['message', turn]));
  };
}

/** Resolves with the first argument of the event. */
export function hearNext(socket: Socket, event: string): Promise<unknown> {
  return new Promise((resolve) => socket.once(event, resolve));
}
