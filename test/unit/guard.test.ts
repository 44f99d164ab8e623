// A guarded listener never fails: what it throws or rejects with is a line in the log.
import { expect, it } from 'vitest';
import { guard } from '../../server/transport/guard.js';
import { createLogBook, levels } from '../support/log-book.js';

it('passes its arguments on', () => {
  const heard: unknown[] = [];
  const listen = guard(createLogBook().logger, 'event', (...args: unknown[]) => {
    heard.push(args);
  });
  listen('ann', 1);
  expect(heard).toEqual([['ann', 1]]);
});

it('turns a throw into a logged fault that names the handler', () => {
  const { logger, lines } = createLogBook();
  guard(logger, 'event', () => {
    throw new Error('broken');
  })();
  expect(lines).toMatchObject([{ level: levels.error, handler: 'event', err: { message: 'broken' } }]);
});

it('turns a rejection into a logged fault', async () => {
  const { logger, lines } = createLogBook();
  const broken = Promise.reject(new Error('broken'));
  guard(logger, 'disconnect', () => broken)();
  await expect(broken).rejects.toThrow('broken');
  expect(lines).toMatchObject([{ level: levels.error, handler: 'disconnect', err: { message: 'broken' } }]);
});
