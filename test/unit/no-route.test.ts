// In words, why there is no path: what was set, what was found, and what a server has refused.
import { describe, expect, it } from 'vitest';
import { hasTurn, noRoute } from '../../client/call/path-watch.js';

const turn = { urls: ['turn:turn.test'] };
const stun = { urls: 'stun:stun.test' };

describe('no path', () => {
  it.each<[string, RTCConfiguration, Parameters<typeof noRoute>[1]]>([
    ['No path was found: both networks need a relay, and no TURN server is set.', {}, {}],
    ['No path was found: both networks need a relay, and no TURN server is set.', { iceServers: [stun] }, {}],
    [
      'This call may go through a relay only, and no TURN server is set.',
      { iceServers: [stun], iceTransportPolicy: 'relay' },
      {},
    ],
    ['No path was found: the relay (TURN) server does not answer.', { iceServers: [stun, turn] }, {}],
    [
      'No path was found: the relay (TURN) server does not answer.',
      { iceServers: [turn] },
      { hasRelay: false, serverError: 701 },
    ],
    [
      'The relay (TURN) server refused the credentials of this call.',
      { iceServers: [turn], iceTransportPolicy: 'relay' },
      { hasRelay: false, serverError: 401 },
    ],
    [
      'No path was found, not even through the relay.',
      { iceServers: [turn] },
      { hasRelay: true, serverError: 401 },
    ],
  ])('%s (%j, %j)', (sentence, configuration, path) => {
    expect(noRoute(configuration, path)).toMatchObject({ reason: 'no-route', message: sentence });
  });
});

describe('a TURN server', () => {
  it.each<[boolean, RTCIceServer[]]>([
    [false, []],
    [false, [stun]],
    [false, [{ urls: ['stun:a.test', 'stuns:b.test'] }]],
    [true, [{ urls: 'turn:a.test' }]],
    [true, [stun, { urls: ['stun:a.test', 'turns:b.test'] }]],
  ])('is set: %s (%j)', (isSet, iceServers) => {
    expect(hasTurn({ iceServers })).toBe(isSet);
  });

  it('is not set when nothing is', () => {
    expect(hasTurn({})).toBe(false);
  });
});
