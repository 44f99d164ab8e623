// When a lost path is sought anew: after which state, how long after, and who of the two goes first.
import { describe, expect, it } from 'vitest';
import { nextRestart, type PathState } from '../../client/call/recovery-rules.js';

/** The path was found long ago, and is as it is since this time. */
const longAgo: Omit<PathState, 'state'> = {
  since: 100_000,
  triedAt: 0,
  hasCandidates: true,
  isPolite: false,
};

describe('the next restart', () => {
  it.each<[string, Partial<PathState>, number | undefined]>([
    ['none before the first path is sought', { state: 'new' }, undefined],
    ['none while there is a path', { state: 'connected' }, undefined],
    ['none after the end', { state: 'closed' }, undefined],
    ['at once when the path has failed', { state: 'failed' }, 100_000],
    ['1.2 s later for the polite one', { state: 'failed', isPolite: true }, 101_200],
    ['after 3 s without packets', { state: 'disconnected' }, 103_000],
    ['1.2 s later for the polite one', { state: 'disconnected', isPolite: true }, 104_200],
    ['8 s after the other one has begun to seek', { state: 'connecting' }, 108_000],
    ['1.2 s later for the polite one', { state: 'connecting', isPolite: true }, 109_200],
    ['2.5 s, where nothing was found', { state: 'connecting', hasCandidates: false }, 102_500],
  ])('is %s (%o)', (_fact, path, at) => {
    expect(nextRestart({ state: 'new', ...longAgo, ...path })).toBe(at);
  });

  it.each<[string, Partial<PathState>, number]>([
    ['8 s after a try that is still going on', { state: 'connecting' }, 112_000],
    ['2.5 s after one that has found nothing', { state: 'connecting', hasCandidates: false }, 106_500],
    ['8 s after a try that changes nothing', { state: 'failed' }, 112_000],
    ['2.5 s after one that found nothing', { state: 'failed', hasCandidates: false }, 106_500],
    ['8 s after a try, not 3 s after the loss', { state: 'disconnected' }, 112_000],
    ['not at once when a try has failed at once', { state: 'failed', since: 104_100 }, 106_500],
    ['at once when a try has failed late', { state: 'failed', since: 115_000 }, 115_000],
  ])('after a try at 104,000 is %s (%o)', (_fact, path, at) => {
    expect(nextRestart({ state: 'new', ...longAgo, triedAt: 104_000, ...path })).toBe(at);
  });
});
