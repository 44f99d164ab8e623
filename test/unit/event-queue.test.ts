// One queue a connection: order, waiting, its bound, its end. [R15]
import { expect, it, vi } from 'vitest';
import { EventQueue } from '../../server/transport/event-queue.js';
import { maxQueuedBytes, maxQueuedEvents } from '../../server/protocol/limits.js';

interface Gate {
  opened: Promise<void>;
  open(): void;
  fail(cause: Error): void;
}

it('[R15] a task runs at once while none waits', () => {
  const { queue, done, note } = setUp();
  queue.push(note('one'));
  queue.push(note('two'));
  expect(done).toEqual(['one', 'two']);
});

it('[R15] tasks wait behind a slow one and run in order', async () => {
  const { queue, done, note } = setUp();
  const gate = createGate();
  const allDone = createGate();
  queue.push(() => gate.opened.then(note('slow')));
  queue.push(note('two'));
  queue.push(async () => {
    await Promise.resolve();
    note('three')();
  });
  queue.push(() => {
    note('four')();
    allDone.open();
  });
  expect(done).toEqual([]);
  gate.open();
  await allDone.opened;
  expect(done).toEqual(['slow', 'two', 'three', 'four']);
});

it('[R15] the end comes after everything, and nothing after the end', async () => {
  const { queue, done, note } = setUp();
  const gate = createGate();
  const ended = createGate();
  queue.push(() => gate.opened);
  queue.push(note('said before'));
  queue.end(() => {
    note('end')();
    ended.open();
  });
  expect(queue.push(note('said after'))).toBe(true);
  queue.end(note('second end'));
  gate.open();
  await ended.opened;
  expect(done).toEqual(['said before', 'end']);
});

it('[R15] 1,000 tasks wait, the next is not taken, the end always is', async () => {
  const { queue, done, note } = setUp();
  const gate = createGate();
  const ended = createGate();
  queue.push(() => gate.opened);
  for (let count = 0; count < maxQueuedEvents; count++) expect(queue.push(note('waited'))).toBe(true);
  expect(queue.push(note('one too many'))).toBe(false);
  queue.end(ended.open);
  gate.open();
  await ended.opened;
  expect(done).toEqual(Array.from({ length: 1000 }, () => 'waited'));
});

it('[R15] when the slow one is done there is room again', async () => {
  const { queue, note } = setUp();
  const gate = createGate();
  const last = createGate();
  queue.push(() => gate.opened);
  for (let count = 1; count < maxQueuedEvents; count++) queue.push(note('waited'));
  queue.push(last.open);
  gate.open();
  await last.opened;
  expect(queue.push(note('room again'))).toBe(true);
});

it('[R15] 4 MiB wait, a byte more is not taken; whatever has had its turn makes room', async () => {
  const { queue, done, note } = setUp();
  const gate = createGate();
  const drained = createGate();
  const half = (): number => maxQueuedBytes / 2;
  queue.push(() => gate.opened);
  expect(queue.push(note('one'), half)).toBe(true);
  expect(queue.push(note('two'), half)).toBe(true);
  expect(queue.push(note('too much'), () => 1)).toBe(false);
  queue.push(drained.open, () => 0);
  gate.open();
  await drained.opened;
  const next = createGate();
  queue.push(() => next.opened);
  expect(queue.push(note('three'), () => maxQueuedBytes)).toBe(true);
  expect(queue.push(note('too much'), () => 1)).toBe(false);
  expect(done).toEqual(['one', 'two']);
});

it('[R15] what need not wait is not weighed, however large', () => {
  const { queue, done, note } = setUp();
  const bytesOf = vi.fn(() => 2 * maxQueuedBytes);
  expect(queue.push(note('one'), bytesOf)).toBe(true);
  expect(done).toEqual(['one']);
  expect(bytesOf).not.toHaveBeenCalled();
});

it('[R15] what was begun without the queue is waited for; the queue is idle when nothing waits, and never after the end', async () => {
  const { queue, done, faults, note } = setUp();
  const [gate, second, ended] = [createGate(), createGate(), createGate()];
  expect(queue.isIdle).toBe(true);
  queue.waitFor(gate.opened);
  expect(queue.isIdle).toBe(false);
  queue.push(note('waited'));
  queue.push(() => second.opened);
  const cause = new Error('begun outside');
  gate.fail(cause);
  await expect.poll(() => done).toEqual(['waited']);
  expect(faults).toEqual([cause]);
  expect(queue.isIdle).toBe(false);
  second.open();
  await expect.poll(() => queue.isIdle).toBe(true);
  queue.end(ended.open);
  await ended.opened;
  expect(queue.isIdle).toBe(false);
});

it('a task that throws or rejects is a fault, and the queue goes on', async () => {
  const { queue, done, faults, note } = setUp();
  const thrown = new Error('thrown');
  const rejected = new Error('rejected');
  const gate = createGate();
  const last = createGate();
  queue.push(() => {
    throw thrown;
  });
  queue.push(() => gate.opened);
  queue.push(() => {
    throw thrown;
  });
  queue.push(note('next'));
  queue.push(last.open);
  gate.fail(rejected);
  await last.opened;
  expect(done).toEqual(['next']);
  expect(faults).toEqual([thrown, rejected, thrown]);
});

it('100,000 tasks in a row need no stack', () => {
  const { queue, done, note } = setUp();
  for (let count = 0; count < 100_000; count++) queue.push(note('x'));
  expect(done.length).toBe(100_000);
});

function setUp() {
  const done: string[] = [];
  const faults: unknown[] = [];
  const queue = new EventQueue((cause) => faults.push(cause));
  const note = (what: string) => (): void => {
    done.push(what);
  };
  return { queue, done, faults, note };
}

function createGate(): Gate {
  let open = (): void => {};
  let fail: (cause: Error) => void = () => {};
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open: () => open(), fail: (cause) => fail(cause) };
}
