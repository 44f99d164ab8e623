// What pages announce at their end, in a flood: few are decided at a time, and a limited number wait. [R26]
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { createFailureLimiter } from '../../server/transport/failure-limiter.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { onRoom } from '../../server/rooms/room-domain.js';
import { announceLeaving } from '../../server/rooms/room-rules.js';
import { createLeaveHandler } from '../../server/transport/leave-handler.js';
import { useFaultyCoordinator, type FaultyCoordinator } from '../support/room-coordinator.js';

let scene: FaultyCoordinator;

useFaultyCoordinator((given) => {
  scene = given;
});

function open() {
  const faults: unknown[] = [];
  const names: [name: string, token: string][] = [];
  const onFault = (cause: unknown, fields: { handler: string }): void =>
    void faults.push({ cause, ...fields });
  const handle = createLeaveHandler({
    announceSeat: (channel, token) => scene.coordinator.transact([channel], onRoom(announceLeaving(token))),
    announceName: (name, token) => {
      names.push([name, token]);
      return Promise.resolve(name === 'ann');
    },
    isReady: () => scene.faults.isValid,
    addressOf: ({ headers }) => headers.from,
    failures: createFailureLimiter(() => 0),
    onFault,
  });
  const handleLeave = (body: string, address?: string): void => {
    const request = new IncomingMessage(new Socket());
    if (address !== undefined) request.headers = { from: address };
    handle(body, request);
  };
  return { handleLeave, faults, names };
}

const bodyFor = (channel: string, seat = 'a1'): string => JSON.stringify({ channel, seat });

it('[R26] 16 are decided at a time and 10,000 wait; what comes then has no effect', async () => {
  const { handleLeave } = open();
  scene.faults.answerMs = 10;
  for (let number = 0; number < 12_000; number++) handleLeave(bodyFor(`room ${number}`));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(scene.load.mostAtOnce).toBe(16);
  expect(scene.asked).toHaveLength(10_016);
  handleLeave(bodyFor('red'));
  await vi.advanceTimersByTimeAsync(100);
  expect(scene.asked.at(-1)?.key).toBe('red');
});

it('[R26] of an address 2 are decided at a time and 100 wait, and that of another address comes in between', async () => {
  const { handleLeave } = open();
  scene.faults.answerMs = 10;
  for (let number = 0; number < 500; number++) handleLeave(bodyFor(`room ${number}`), '10.0.0.1');
  handleLeave(bodyFor('red'), '10.0.0.2');
  await vi.advanceTimersByTimeAsync(5);
  expect(scene.asked.map(({ key }) => key)).toEqual(['room 0', 'room 1', 'red']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(scene.asked).toHaveLength(103);
  handleLeave(bodyFor('blue'), '10.0.0.1');
  await vi.advanceTimersByTimeAsync(100);
  expect(scene.asked.at(-1)?.key).toBe('blue');
});

it('[R26] one for a channel and a token for which one waits has no effect; after that it has', async () => {
  const { handleLeave } = open();
  scene.faults.answerMs = 10;
  for (let number = 0; number < 100; number++) handleLeave(bodyFor('red'), `10.0.0.${number}`);
  handleLeave(bodyFor('red', 'b1'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(scene.asked).toHaveLength(2);
  handleLeave(bodyFor('red'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(scene.asked).toHaveLength(3);
});

it('[R26] a seat is found behind a flood', async () => {
  const { handleLeave } = open();
  const ann = await scene.enter('ann', 'red', { token: hashToken('a1') });
  for (let number = 0; number < 1000; number++) handleLeave(bodyFor('red', `guess ${number}`));
  handleLeave(bodyFor('red'));
  await vi.advanceTimersByTimeAsync(1000);
  const room = await scene.roomAt('red');
  expect(room).toMatchObject({ phase: 'waiting', initiator: { leavingAt: expect.any(Number) as number } });
  expect(ann.closed).toBeUndefined();
});

it('[R33] has no effect while Redis is away, and a fault of the store is logged', async () => {
  const { handleLeave, faults } = open();
  scene.faults.isValid = false;
  handleLeave(bodyFor('red'));
  await vi.advanceTimersByTimeAsync(100);
  expect([scene.asked, faults]).toEqual([[], []]);
  scene.faults.isValid = true;
  const cause = new Error('away');
  scene.faults.fault = cause;
  handleLeave(bodyFor('red'));
  await vi.advanceTimersByTimeAsync(100);
  expect(faults).toEqual([{ cause, handler: 'leave' }]);
});

it('[U30] a name is announced like a seat, also behind a flood of seats', async () => {
  const { handleLeave, names } = open();
  for (let number = 0; number < 1000; number++) handleLeave(bodyFor(`room ${number}`));
  handleLeave(JSON.stringify({ name: 'ann', seat: 'a1' }));
  await vi.advanceTimersByTimeAsync(1000);
  expect(names).toEqual([['ann', hashToken('a1')]]);
});

it('[R29] of an address 4,000 that fit no seat are looked up, and those that are malformed count, too', async () => {
  const { handleLeave } = open();
  const ann = await scene.enter('ann', 'red', { token: hashToken('a1') });
  const before = scene.asked.length;
  for (let number = 0; number < 100; number++) handleLeave('nonsense', '10.0.0.1');
  for (let number = 0; number < 5000; number++) {
    handleLeave(bodyFor('red', `guess ${number}`), '10.0.0.1');
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(scene.asked.length - before).toBe(3900);
  // What fits is not counted, and another address has its own number.
  for (let number = 0; number < 2000; number++) {
    handleLeave(bodyFor('red'), '10.0.0.2');
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(scene.asked.length - before).toBe(5900);
  expect(ann.closed).toBeUndefined();
});
