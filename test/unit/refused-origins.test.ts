// Refused origins in the log: a client can send any number of them, and the log stays short. [R17]
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createScheduler, type Scheduler } from '../../server/timing/scheduler.js';
import { createRefusedOrigins } from '../../server/transport/admission.js';
import { createLogBook, levels } from '../support/log-book.js';

let scheduler: Scheduler;

beforeEach(() => {
  vi.useFakeTimers();
  scheduler = createScheduler((cause) => {
    throw cause;
  });
});

afterEach(() => {
  scheduler.close();
  vi.useRealTimers();
});

function open() {
  const { logger, lines } = createLogBook('info');
  return { refuse: createRefusedOrigins(logger, scheduler), lines };
}

const minuteMs = 60_100;

it('[R17] an origin is logged once a minute, with the setting that would allow it', () => {
  const { refuse, lines } = open();
  for (let time = 0; time < 1000; time++) refuse('https://school.example');
  refuse(undefined);
  const [school, none] = lines;
  expect(lines).toHaveLength(2);
  expect(school).toMatchObject({ level: levels.warn, origin: 'https://school.example' });
  expect(school?.msg).toContain('ALLOWED_ORIGINS');
  expect(none).toMatchObject({ origin: '' });
  vi.advanceTimersByTime(minuteMs);
  expect(lines).toHaveLength(2);
  refuse('https://school.example');
  expect(lines).toHaveLength(3);
});

it('[R17] 20 origins a minute are logged, and one line says how many connections more were refused', () => {
  const { refuse, lines } = open();
  for (let minute = 0; minute < 2; minute++) {
    for (let number = 0; number < 10_000; number++) refuse(`https://evil-${minute}-${number}.example`);
    expect(lines.map(({ origin }) => origin)).toEqual(
      Array.from({ length: 20 }, (_, number) => `https://evil-${minute}-${number}.example`),
    );
    vi.advanceTimersByTime(minuteMs);
    expect(lines.slice(20)).toMatchObject([{ level: levels.warn, connections: 9980 }]);
    lines.length = 0;
  }
  vi.advanceTimersByTime(minuteMs);
  expect(lines).toEqual([]);
});

it('[R17] of a long origin the first 200 characters are logged', () => {
  const { refuse, lines } = open();
  const long = `https://${'x'.repeat(10_000)}`;
  refuse(`${long}.one`);
  refuse(`${long}.two`);
  expect(lines).toMatchObject([{ origin: long.slice(0, 200) }]);
});
