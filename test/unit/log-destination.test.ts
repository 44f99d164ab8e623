// The destination of the log, on an output that a test holds up or breaks: what waits is bounded, what is dropped is
// counted.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogDestination, type LogOutput } from '../../server/observability/log-destination.js';

const maxWaitingLength = 1024 * 1024;
const line = `${'x'.repeat(1023)}\n`;
const fits = maxWaitingLength / line.length;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const taken: Buffer[] = [];
  let calls = 0;
  let pending: { bytes: Buffer; done: (written: number) => void } | undefined;
  const output: LogOutput = {
    write(bytes, done) {
      calls += 1;
      pending = { bytes, done };
    },
    writeNow(bytes) {
      taken.push(bytes);
    },
  };
  const destination = createLogDestination(output, (lines) => `${lines} dropped\n`);
  return {
    ...destination,
    calls: () => calls,
    text: () => Buffer.concat(taken).toString(),
    /** The output takes so many bytes of what it was given; default: all. 0: it fails. */
    take(limit = Infinity): void {
      if (!pending) throw new Error('Nothing is being written.');
      const { bytes, done } = pending;
      pending = undefined;
      const part = bytes.subarray(0, Math.min(limit, bytes.length));
      taken.push(part);
      done(part.length);
    },
    takeAll(): void {
      while (pending) this.take();
    },
  };
}

test('a line is written at once; what comes meanwhile is written together, in order', () => {
  const log = open();
  for (const text of ['a\n', 'b\n', 'c\n']) log.write(text);
  log.take();
  expect(log.text()).toBe('a\n');
  log.take();
  expect(log.text()).toBe('a\nb\nc\n');
  expect(log.calls()).toBe(2);
});

test('while nothing is read, 1 MiB waits; the lines beyond are dropped, and counted when it goes on', () => {
  const log = open();
  for (let count = 0; count < 10 * fits; count++) log.write(line);
  log.takeAll();
  expect(log.text()).toBe(`${line.repeat(fits)}${9 * fits} dropped\n`);
});

test('the number of dropped lines is between the lines before them and those after them', () => {
  const log = open();
  for (let count = 0; count < fits + 3; count++) log.write(line);
  log.take();
  expect(log.text()).toBe(line);
  log.take();
  log.write('next\n');
  log.write('last\n');
  log.takeAll();
  expect(log.text()).toBe(`${line.repeat(fits)}3 dropped\nnext\nlast\n`);
  log.write('later\n');
  log.takeAll();
  expect(log.text()).toMatch(/last\nlater\n$/);
});

test('a line above the bound is written if nothing else waits', () => {
  const log = open();
  const long = `${'y'.repeat(2 * maxWaitingLength)}\n`;
  log.write(long);
  log.takeAll();
  expect(log.text()).toBe(long);
});

test('a line that is written in parts is completed before the next one', () => {
  const log = open();
  log.write('Grüße\n');
  // The first of two bytes of the ü.
  log.take(3);
  log.write('b\n');
  log.take(2);
  log.takeAll();
  expect(log.text()).toBe('Grüße\nb\n');
  expect(log.calls()).toBe(4);
});

test('after a failure the same bytes are tried again, 5 times a second, and nothing is lost', () => {
  const log = open();
  log.write('first line\n');
  log.take(6);
  log.take(0);
  log.write('second line\n');
  expect(log.calls()).toBe(2);
  for (let attempt = 1; attempt <= 5; attempt++) {
    vi.advanceTimersByTime(200);
    expect(log.calls()).toBe(2 + attempt);
    log.take(0);
  }
  vi.advanceTimersByTime(200);
  log.takeAll();
  expect(log.text()).toBe('first line\nsecond line\n');
  expect(vi.getTimerCount()).toBe(0);
});

test('an output that fails for long costs the bound, and not more', () => {
  const log = open();
  log.write(line);
  log.take(0);
  for (let count = 0; count < 5 * fits; count++) log.write(line);
  vi.advanceTimersByTime(200);
  log.takeAll();
  expect(log.text()).toBe(`${line.repeat(fits)}${4 * fits + 1} dropped\n`);
});

test('a flush ends when everything is written', () => {
  const log = open();
  const flushed = vi.fn();
  log.flush(flushed);
  expect(flushed).toHaveBeenCalledTimes(1);
  log.write('a\n');
  log.write('b\n');
  log.flush(flushed);
  log.take();
  expect(flushed).toHaveBeenCalledTimes(1);
  log.take();
  expect(flushed).toHaveBeenCalledTimes(2);
});

test('a flush tries a failed output once more at once, and ends if it fails again', () => {
  const log = open();
  const flushed = vi.fn();
  log.write('a\n');
  log.take(0);
  log.flush(flushed);
  expect(log.calls()).toBe(2);
  expect(flushed).not.toHaveBeenCalled();
  log.take(0);
  expect(flushed).toHaveBeenCalledTimes(1);
  log.flush(flushed);
  log.takeAll();
  expect(flushed).toHaveBeenCalledTimes(2);
  expect(log.text()).toBe('a\n');
});

test('at the end of the process what waits is written, without what is being written', () => {
  const log = open();
  log.write('being written\n');
  log.write('waits\n');
  log.writeRest();
  expect(log.text()).toBe('waits\n');
  const failed = open();
  failed.write('failed\n');
  failed.take(0);
  failed.write('waits\n');
  failed.writeRest();
  expect(failed.text()).toBe('failed\nwaits\n');
});
