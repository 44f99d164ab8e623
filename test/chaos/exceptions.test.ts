// What the server depends on fails under every one of its event handlers: the process lives, and other rooms notice
// nothing. A rejection that nobody takes would fail the run: Vitest listens for it.
import { IncomingMessage } from 'node:http';
import { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io-client';
import { beforeEach, expect, it } from 'vitest';
import { createFailureLimiter } from '../../server/transport/failure-limiter.js';
import { createLeaveHandler } from '../../server/transport/leave-handler.js';
import { startBreakable, type Breakable } from './breakable.js';
import { hearNext, pairUp, startOtherRoom } from '../support/pairs.js';
import { scaled } from '../support/scale.js';
import { ask, closeSocketsAfterTest, connectSocket, newSecret } from '../support/seat-client.js';

const exceptions = scaled(500, 20);
const graceMs = 50;

let stage: Breakable;
let undisturbed: () => Promise<void>;

beforeEach(async () => {
  closeSocketsAfterTest();
  stage = await startBreakable(graceMs);
  undisturbed = await startOtherRoom(stage.url);
});

const failings = ['throws', 'rejects'] as const;

it.each(failings)(`"create or join": the store %s ${exceptions} times`, async (failing) => {
  const cy = await connectSocket(stage.url);
  stage.breakStore(failing);
  await repeat(async () => {
    expect(await ask(cy, 'broken', {})).toMatchObject({ status: 'refused', code: 'unavailable' });
  });
  stage.breakStore('not');
  expect((await ask(cy, 'broken', {})).status).toBe('created');
  await undisturbed();
});

it.each(['message', 'response', 'received'])(
  `"%s": the message bus throws ${exceptions} times`,
  async (event) => {
    const [ann, bob] = await pairUp(stage.url, 'broken');
    const value = event === 'received' ? { channel: 'broken', upTo: 1, from: 'ann', to: 'bob' } : 'hello';
    stage.breakBus([bob.id ?? '']);
    await repeat(async () => {
      expect(await refusalOf(ann, () => ann.emit(event, value))).toMatchObject({
        event,
        code: 'unavailable',
      });
    });
    stage.breakBus([]);
    const arrived = hearNext(bob, event);
    ann.emit(event, value);
    expect(await arrived).toEqual(value);
    await undisturbed();
  },
);

it.each(failings)(`"Bye" and "Ack": the store %s ${exceptions} times each`, async (failing) => {
  const [ann, bob] = await pairUp(stage.url, 'broken');
  stage.breakStore(failing);
  await repeat(async () => {
    expect(await refusalOf(ann, () => ann.emit('Bye', 'broken'))).toMatchObject({ code: 'unavailable' });
  });
  stage.breakStore('not');
  const goodbye = hearNext(bob, 'Bye');
  ann.emit('Bye', 'broken');
  await goodbye;
  stage.breakStore(failing);
  await repeat(async () => {
    expect(await refusalOf(bob, () => bob.emit('Ack'))).toMatchObject({ code: 'unavailable' });
  });
  stage.breakStore('not');
  const ended = hearNext(bob, 'disconnect');
  bob.emit('Ack');
  await ended;
  await undisturbed();
});

it.each(failings)(`the end of a connection: the store %s ${exceptions} times`, async (failing) => {
  await repeat(async (turn) => {
    const [ann, bob] = await pairUp(stage.url, `broken ${turn}`);
    stage.breakStore(failing);
    const before = stage.failures;
    ann.disconnect();
    bob.io.engine.close();
    await expect.poll(() => stage.failures, { interval: 1 }).toBeGreaterThanOrEqual(before + 2);
    stage.breakStore('not');
  });
  await undisturbed();
});

it.each(failings)(`POST /leave: the store %s ${exceptions} times`, async (failing) => {
  const faults: unknown[] = [];
  const request = new IncomingMessage(new TcpSocket());
  const handleLeave = createLeaveHandler({
    announceSeat: stage.gateway.announceLeaving,
    announceName: () => Promise.resolve(false),
    isReady: () => true,
    addressOf: () => undefined,
    failures: createFailureLimiter(),
    onFault: (cause) => faults.push(cause),
  });
  stage.breakStore(failing);
  await repeat(() => {
    handleLeave(JSON.stringify({ channel: 'broken', seat: newSecret() }), request);
    return Promise.resolve();
  });
  await expect.poll(() => stage.failures).toBe(exceptions);
  await expect.poll(() => faults.length).toBe(exceptions);
  await undisturbed();
});

it(`[R22] the end of a grace time: the store rejects ${exceptions} times`, async () => {
  await repeat(async (turn) => {
    const channel = `broken ${turn}`;
    const [ann, bob] = [await connectSocket(stage.url), await connectSocket(stage.url)];
    await ask(ann, channel, { resume: true, seat: newSecret() });
    await ask(bob, channel, {});
    const away = hearNext(bob, 'peer away');
    const gone = hearNext(bob, 'peer gone');
    // That the connection has ended is decided; that the grace is over is not.
    stage.breakStore('rejects', 1);
    ann.disconnect();
    await away;
    // Of this channel: those of earlier turns are looked at again, too.
    await expect.poll(() => stage.failuresOf(channel), { interval: 1 }).toBeGreaterThanOrEqual(1);
    stage.breakStore('not');
    // Whoever comes next makes up for it: the seat is over, and so is the wait of the one who stayed.
    const cy = await connectSocket(stage.url);
    expect((await ask(cy, channel, {})).status).toBe('joined');
    await gone;
  });
  await undisturbed();
});

async function repeat(task: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; turn < exceptions; turn++) await task(turn);
}

function refusalOf(socket: Socket, act: () => void): Promise<unknown> {
  const refused = hearNext(socket, 'refused');
  act();
  return refused;
}
