// The STUN and TURN servers that a client is given, and the credentials made for it.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createIceServers, type IceSettings } from '../../server/transport/ice-servers.js';

const none: IceSettings = {
  stunUrls: [],
  turnUrls: [],
  turnSecret: '',
  turnTtl: 3600,
  turnUsername: '',
  turnCredential: '',
};
const stunUrls = ['stun:stun.example.org'];
const turnUrls = ['turn:turn.example.org', 'turns:turn.example.org?transport=tcp'];

/** One hour before 1767229200. */
const newYear = Date.parse('2026-01-01T00:00:00Z');

describe('ICE servers', () => {
  it('[R30] [U26] are empty when the server names none', () => {
    expect(createIceServers(none, () => newYear).give('6f2b')).toEqual({ iceServers: [] });
  });

  it('STUN servers come without credentials, and for good', () => {
    expect(createIceServers({ ...none, stunUrls }, () => newYear).give('6f2b')).toEqual({
      iceServers: [{ urls: stunUrls }],
    });
  });

  it('[R30] TURN servers come with the time at which they run out, the connection, and both signed', () => {
    const servers = createIceServers({ ...none, stunUrls, turnUrls, turnSecret: 'north' }, () => newYear);
    expect(servers.give('6f2b')).toEqual({
      iceServers: [
        { urls: stunUrls },
        { urls: turnUrls, username: '1767229200:6f2b', credential: 'm5A7JXx03Lj6RbkzzKmb8Qe7m9Q=' },
      ],
      iceTtlMs: 3_600_000,
    });
  });

  it('[R30] each connection has credentials of its own, which move on with the time', () => {
    let now = newYear + 1;
    const servers = createIceServers({ ...none, turnUrls, turnSecret: 'a+b/c=é', turnTtl: 60 }, () => now);
    const usernames = [];
    for (const [id, passedMs] of [
      ['ann', 0],
      ['bob', 0],
      ['ann', 999],
      ['ann', 1000],
    ] as const) {
      now = newYear + 1 + passedMs;
      const { iceServers, iceTtlMs } = servers.give(id);
      const [{ username = '', credential } = {}] = iceServers;
      expect(credential).toBe(createHmac('sha1', 'a+b/c=é').update(username).digest('base64'));
      expect(iceTtlMs).toBe(60_000);
      usernames.push(username);
    }
    // They hold at least as long as the client is told, so a started second counts whole.
    expect(usernames).toEqual(['1767225661:ann', '1767225661:bob', '1767225661:ann', '1767225662:ann']);
  });

  it('a fixed user and password are the same for everybody, for good', () => {
    const settings = { ...none, turnUrls, turnUsername: 'parley', turnCredential: 'pass' };
    const servers = createIceServers(settings, () => newYear);
    const fixed = { iceServers: [{ urls: turnUrls, username: 'parley', credential: 'pass' }] };
    expect([servers.give('ann'), servers.give('bob')]).toEqual([fixed, fixed]);
  });

  it('what is given can be changed without changing what others are given', () => {
    const servers = createIceServers({ ...none, stunUrls }, () => newYear);
    servers.give('ann').iceServers[0]?.urls.push('stun:elsewhere.example');
    expect(servers.give('bob').iceServers).toEqual([{ urls: ['stun:stun.example.org'] }]);
  });
});
