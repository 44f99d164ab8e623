// Resume tokens that are guessed, and tokens that were replaced: none takes a seat or a name. A holder that is frozen for a
// moment keeps its own.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ask, connectSocket, createSeatClient, newSecret } from '../support/seat-client.js';
import {
  frameOf,
  opcodes,
  openRawSocketIo,
  openRawWebSocket,
  type RawWebSocket,
} from '../support/raw-websocket.js';
import { connectClient } from '../support/room-client.js';
import { scaled } from '../support/scale.js';
import { connectUser, logInUser } from '../support/user-client.js';
import { attacked, serverOfFile } from './attacked.js';

/** No heartbeat, so that every ping on the wire is a probe. */
const server = serverOfFile({ heartbeatMs: 0 });
const callsUrl = (): string => `ws://127.0.0.1:${server().callsPort}`;

/** Guesses of one connection: after the first hundred of a channel or a name each answer comes a second late. */
const guessesEach = scaled(100, 4);

it('[R20] [R29] [U20] [U25] random tokens take no seat and no name', async (context) => {
  const threat = 'guessing resume tokens';
  await attacked(context, server(), { threat, tries: scaled(100_000, 120), of: 'tokens' }, async (tries) => {
    const channel = `guessed ${tries}`;
    const [ann, bob] = [createSeatClient(channel), createSeatClient(channel)];
    await ann.enter(server().url);
    await bob.enter(server().url);
    const cy = await connectUser(callsUrl());
    cy.say({ type: 'login', name: channel, resume: true, seat: newSecret() });
    expect(await cy.hears()).toMatchObject({ success: true });
    const statuses = new Set<unknown>();
    const guessers = Array.from({ length: Math.ceil(tries / guessesEach / 2) }, () =>
      Promise.all([
        connectSocket(server().url).then(async (socket) => {
          for (let guess = 0; guess < guessesEach; guess++) {
            statuses.add((await ask(socket, channel, { resume: true, seat: newSecret() })).status);
          }
          socket.disconnect();
        }),
        connectUser(callsUrl()).then(async (client) => {
          for (let guess = 0; guess < guessesEach; guess++) {
            client.say({ type: 'login', name: channel, resume: true, seat: newSecret() });
            statuses.add(await nextOf(client).then(({ reason }) => reason));
          }
          await client.close();
        }),
      ]),
    );
    await Promise.all(guessers);
    expect([...statuses].sort()).toEqual(['full', 'taken']);
    expect((await ann.enter(server().url)).status).toBe('resumed');
    for (const socket of [ann.socket, bob.socket]) socket?.disconnect();
    await cy.close();
    return '0 resumes';
  });
});

/** As `hears`, which gives up after 30 s: the answers to guesses come late. */
async function nextOf({
  socket,
}: {
  socket: { once(event: 'message', listener: (data: Buffer) => void): unknown };
}) {
  const data = await new Promise<Buffer>((resolve) => socket.once('message', resolve));
  return JSON.parse(data.toString()) as { reason?: string };
}

it('[R20] tokens that were replaced take no seat', async (context) => {
  const threat = 'resume tokens that were replaced';
  await attacked(context, server(), { threat, tries: scaled(1000, 40), of: 'tokens' }, async (tries) => {
    const channel = `rotated ${tries}`;
    const [ann, bob] = [createSeatClient(channel), createSeatClient(channel)];
    await ann.enter(server().url);
    await bob.enter(server().url);
    const replaced: string[] = [];
    for (let turn = 0; turn < tries; turn++) {
      replaced.push(ann.secret);
      const before = ann.socket;
      await ann.enter(server().url);
      before?.disconnect();
    }
    // The last one that was replaced still counts, until the newest has been seen used.
    await ann.enter(server().url);
    const answers = await Promise.all(
      replaced.map(async (seat) => {
        const socket = await connectSocket(server().url);
        const answer = await ask(socket, channel, { resume: true, seat, next: newSecret() });
        socket.disconnect();
        return answer.status;
      }),
    );
    expect(new Set(answers)).toEqual(new Set(['full']));
    for (const socket of [ann.socket, bob.socket]) socket?.disconnect();
    return '0 resumes';
  });
});

const frozenMs = 1500;

it('[R25] [U4] a holder that is frozen for 1.5 s keeps its seat and its name', async (context) => {
  const threat = `a holder without a token that is frozen for ${frozenMs / 1000} s`;
  await attacked(
    context,
    server(),
    { threat, tries: scaled(20, 2), of: 'rooms and names' },
    async (tries) => {
      await Promise.all(Array.from({ length: tries }, (_, number) => freeze(`frozen ${number}`)));
      return '0 displaced';
    },
  );
});

/** Answers no ping in that time, and each that has come when it is over. */
async function freeze(name: string): Promise<void> {
  const { url, port, callsPort } = server();
  const ann = await connectClient(url);
  await ann.ask('create or join', name);
  const [bob, dan] = [await openRawSocketIo(port), await openRawWebSocket(callsPort, '/')];
  bob.write(frameOf(`42["create or join","${name}"]`));
  await bob.hears(/"joined"/);
  dan.write(frameOf(JSON.stringify({ type: 'login', name })));
  await dan.hears(/"success":true/);
  const thawed = [answerLate(bob), answerLate(dan)];
  const [cy, eve] = [await connectClient(url), await connectUser(callsUrl())];
  // Within the first second the holders still count as alive: asked again, until both have been probed.
  while (!isProbed(bob) || !isProbed(dan)) {
    if (!isProbed(bob)) expect(await cy.ask('create or join', name)).toMatchObject({ status: 'full' });
    if (isProbed(dan)) continue;
    eve.say({ type: 'login', name });
    expect(await eve.hears()).toMatchObject({ success: false, reason: 'taken' });
  }
  await Promise.all(thawed);
  expect(await cy.ask('create or join', name)).toMatchObject({ status: 'full' });
  bob.write(frameOf('42["message","alive"]'));
  expect(await ann.hears('message')).toEqual(['alive']);
  const last = await logInUser(callsUrl(), `${name} last`);
  last.say({ type: 'offer', name, offer: 1 });
  await dan.hears(/"offer"/);
  for (const { socket } of [ann, cy]) socket.disconnect();
  for (const { socket } of [bob, dan]) socket.destroy();
  await Promise.all([eve.close(), last.close(), bob.closed, dan.closed]);
}

function isProbed({ frames }: RawWebSocket): boolean {
  return frames.some(({ opcode }) => opcode === opcodes.ping);
}

/** Resolves when it has answered what came first. */
function answerLate(client: RawWebSocket): Promise<void> {
  return new Promise((resolve) => {
    let thaw: Promise<unknown> | undefined;
    client.onFrame(({ opcode, text }) => {
      if (opcode !== opcodes.ping) return;
      thaw ??= pause(frozenMs);
      void thaw.then(() => {
        client.write(frameOf(text, opcodes.pong));
        resolve();
      });
    });
  });
}
