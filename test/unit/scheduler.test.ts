// The timer wheel on a clock that the test moves: when tasks run, in which order, and what is left behind.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createScheduler } from '../../server/timing/scheduler.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tickMs = 25;

/** What the fake clock counts for an immediate. */
const turnMs = 1;

function open() {
  const ran: string[] = [];
  const faults: unknown[] = [];
  const scheduler = createScheduler((cause) => faults.push(cause));
  const after = (ms: number, name: string): (() => void) => scheduler.after(ms, () => ran.push(name));
  return { scheduler, after, ran, faults };
}

it.each([0, 1, 24, 25, 26, 99, 1000, 25_599, 25_600, 25_601, 1_000_000])(
  'a task runs once, not before %i ms, and one tick later at most',
  (ms) => {
    const { after, ran } = open();
    after(ms, 'ann');
    vi.advanceTimersByTime(Math.max(0, ms - 1));
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1 + tickMs + turnMs);
    expect(ran).toEqual(['ann']);
    vi.advanceTimersByTime(60_000);
    expect(ran).toEqual(['ann']);
  },
);

it('a task in many weeks, longer than any timer, does not run at once', () => {
  const { after, ran } = open();
  after(3e9, 'ann');
  vi.advanceTimersByTime(100_000);
  expect(ran).toEqual([]);
});

it('tasks run in the order in which they are due, whatever the order in which they came', () => {
  const { after, ran } = open();
  for (const ms of [900, 100, 500, 26_000, 300]) after(ms, `${ms}`);
  vi.advanceTimersByTime(30_000);
  expect(ran).toEqual(['100', '300', '500', '900', '26000']);
});

it('a cancelled task never runs, also when an earlier one of the same moment cancels it', () => {
  const { scheduler, after, ran } = open();
  after(100, 'ann')();
  let cancelBob = (): void => {};
  scheduler.after(200, () => {
    cancelBob();
  });
  cancelBob = after(200, 'bob');
  vi.advanceTimersByTime(1000);
  expect(ran).toEqual([]);
});

it('a task that throws is reported, and the others run', () => {
  const { scheduler, after, ran, faults } = open();
  const cause = new Error('broken');
  scheduler.after(100, () => {
    throw cause;
  });
  after(100, 'ann');
  vi.advanceTimersByTime(200);
  expect({ ran, faults }).toEqual({ ran: ['ann'], faults: [cause] });
});

it('after a pause of the process everything that is due runs, once', () => {
  const { scheduler, after, ran } = open();
  after(100, 'ann');
  after(40_000, 'bob');
  scheduler.every(1000, () => ran.push('beat'));
  // The clock goes on while no timer runs.
  vi.setSystemTime(Date.now() + 60_000);
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + 60_000);
  vi.advanceTimersByTime(100 + turnMs);
  expect(ran).toEqual(['ann', 'beat', 'bob']);
  vi.restoreAllMocks();
});

it('a repeated task does not drift', () => {
  const { scheduler, ran } = open();
  const stop = scheduler.every(10_000, () => ran.push('beat'));
  vi.advanceTimersByTime(1_000_000 + turnMs);
  expect(ran).toHaveLength(100);
  stop();
  vi.advanceTimersByTime(1_000_000);
  expect(ran).toHaveLength(100);
});

it('no timer runs while nothing waits, nor after the end', () => {
  const { scheduler, after, ran } = open();
  expect(vi.getTimerCount()).toBe(0);
  const cancel = after(100, 'ann');
  expect(vi.getTimerCount()).toBe(1);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  after(100, 'bob');
  scheduler.close();
  after(100, 'cy');
  vi.advanceTimersByTime(1000);
  expect({ ran, timers: vi.getTimerCount() }).toEqual({ ran: [], timers: 0 });
});
