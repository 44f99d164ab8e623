// How a call stands: it moves between states until it is over, once and for good.
import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../client/call/call-failure.js';
import type { CallEvents } from '../../client/call/call.js';
import { createCourse, type Course } from '../../client/call/course.js';
import { createEmitter } from '../../client/signaling/emitter.js';

function begin(): { course: Course; told: unknown[] } {
  const emitter = createEmitter<CallEvents>();
  const told: unknown[] = [];
  emitter.on('state', (state, failure) => told.push(failure ? [state, failure.reason] : state));
  return { course: createCourse(emitter, () => told.push('put away')), told };
}

const noAnswer = new CallFailure('no-answer');

describe('a call', () => {
  it('begins with starting, and tells each new state once', () => {
    const { course, told } = begin();
    expect(course.state).toBe('starting');
    course.go('waiting');
    course.go('waiting');
    course.go('connecting');
    course.go('connected');
    course.go('reconnecting');
    course.go('connected');
    expect(told).toEqual(['waiting', 'connecting', 'connected', 'reconnecting', 'connected']);
    expect(course.isOver()).toBe(false);
  });

  it.each(['me', 'other', 'taken-over'] as const)('is ended by: %s', async (by) => {
    const { course, told } = begin();
    course.end(by);
    expect(told).toEqual(['put away', 'ended']);
    expect([course.state, course.endedBy, course.failure]).toEqual(['ended', by, undefined]);
    await expect(course.over).resolves.toBeUndefined();
  });

  it('fails with a reason', async () => {
    const { course, told } = begin();
    course.fail(noAnswer);
    expect(told).toEqual(['put away', ['failed', 'no-answer']]);
    expect([course.state, course.endedBy, course.failure]).toEqual(['failed', undefined, noAnswer]);
    await expect(course.over).resolves.toBe(noAnswer);
  });

  it.each<[string, (course: Course) => void]>([
    ['ended', (course) => course.end('other')],
    ['failed', (course) => course.fail(noAnswer)],
  ])('that is %s stays so', async (state, finish) => {
    const { course, told } = begin();
    finish(course);
    const before = [...told];
    const outcome = [course.endedBy, course.failure, await course.over];
    course.go('connected');
    course.end('me');
    course.fail(new CallFailure('no-route'));
    expect(told).toEqual(before);
    expect([course.state, course.isOver()]).toEqual([state, true]);
    expect([course.endedBy, course.failure, await course.over]).toEqual(outcome);
  });

  it('that is ended by what puts it away is over once', () => {
    const told: unknown[] = [];
    const emitter = createEmitter<CallEvents>();
    emitter.on('state', (state) => told.push(state));
    const course: Course = createCourse(emitter, () => {
      course.end('other');
      course.go('waiting');
    });
    course.end('me');
    expect([told, course.endedBy]).toEqual([['ended'], 'me']);
  });
});
