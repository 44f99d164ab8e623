// The address that limits count by: of the client, or of a trusted proxy's client; none behind a proxy that is not trusted.
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createClientAddress, type ClientAddress } from '../../server/transport/client-address.js';
import { createLogBook } from '../support/log-book.js';

function requestFrom(peer: string | undefined, headers: IncomingMessage['headers'] = {}): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.defineProperty(request.socket, 'remoteAddress', { value: peer });
  Object.assign(request.headers, headers);
  return request;
}

function addressOf(peer: string | undefined, forwardedFor?: string, trustProxy = false): string | undefined {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return createClientAddress(trustProxy, createLogBook().logger)(requestFrom(peer, headers));
}

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['::ffff:0.0.0.0', '0.0.0.0'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
  ['2001:db8:0:1::', '2001:db8:0:1::/64'],
  ['2001:DB8:0:1::7', '2001:db8:0:1::/64'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
])('[U17] %s counts as %s', (peer, expected) => {
  expect(addressOf(peer)).toBe(expected);
  expect(addressOf('10.0.0.9', peer, true)).toBe(expected);
});

test('[U17] behind a trusted proxy the address is the one that the proxy has seen', () => {
  expect(addressOf('10.0.0.9', '1.1.1.1, 2.2.2.2', true)).toBe('2.2.2.2');
  expect(addressOf('10.0.0.9', '1.1.1.1, 2.2.2.2:4711', true)).toBe('2.2.2.2');
  expect(addressOf('10.0.0.9', '[2001:db8::7]:4711', true)).toBe('2001:db8:0:0::/64');
  expect(addressOf('10.0.0.9', undefined, true)).toBe('10.0.0.9');
  expect(addressOf('10.0.0.9', '', true)).toBe('10.0.0.9');
  expect(addressOf('10.0.0.9', ' 2.2.2.2 ', true)).toBe('2.2.2.2');
});

test.each([
  'unknown',
  '1.1.1.1,',
  '1.1.1.1, ',
  '1.1.1.1,,',
  '1.1.1.1, unknown',
  ',',
  'evil.example',
  '1.1.1.1.1',
  '300.1.1.1',
  '[::1',
  '::g',
  '%',
  ':4711',
  '1.1.1.1]:80',
])('[U17] %s from a trusted proxy is no address: that of the proxy counts', (odd) => {
  expect(addressOf('10.0.0.9', odd, true)).toBe('10.0.0.9');
});

test.each([
  '10.0.0.9',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '127.0.0.1',
  '::1',
  'fd00::1',
  '::ffff:10.0.0.9',
])('[U17] what %s forwards comes from nobody knows how many clients, unless TRUST_PROXY is set', (peer) => {
  expect(addressOf(peer, '1.1.1.1')).toBeUndefined();
  const request = requestFrom(peer, { forwarded: 'for=1.1.1.1' });
  expect(createClientAddress(false, createLogBook().logger)(request)).toBeUndefined();
  expect(addressOf(peer)).toBeDefined();
});

test.each(['203.0.113.7', '2001:db8::7', '11.0.0.1', '172.32.0.1'])(
  '[U17] what %s claims to forward does not change that it counts: it is no proxy of the operator',
  (peer) => {
    expect(addressOf(peer, '1.1.1.1')).toBe(addressOf(peer));
  },
);

test('[U17] of a Unix socket the client is not known', () => {
  expect(addressOf(undefined)).toBeUndefined();
  expect(addressOf(undefined, '1.1.1.1', true)).toBeUndefined();
});

test('[U17] before a request the peer counts, unless it is a proxy, or may be one', () => {
  const peerOf = (addresses: ReturnType<typeof createClientAddress>, peer?: string): string | undefined =>
    addresses.ofPeer(requestFrom(peer).socket);
  const addresses = createClientAddress(false, createLogBook().logger);
  expect(peerOf(addresses, '2001:db8::7')).toBe('2001:db8:0:0::/64');
  expect(peerOf(addresses, '10.0.0.9')).toBe('10.0.0.9');
  expect(peerOf(addresses)).toBeUndefined();
  // Once something at a private address has forwarded a request.
  addresses(requestFrom('10.0.0.8', { 'x-forwarded-for': '1.1.1.1' }));
  expect([peerOf(addresses, '10.0.0.9'), peerOf(addresses, '203.0.113.7')]).toEqual([
    undefined,
    '203.0.113.7',
  ]);
  expect(peerOf(createClientAddress(true, createLogBook().logger), '203.0.113.7')).toBeUndefined();
});

test('one warning, however many requests come through such a proxy, names the setting', () => {
  const { logger, lines } = createLogBook();
  const warned: ClientAddress = createClientAddress(false, logger);
  warned(requestFrom('10.0.0.9'));
  expect(lines).toEqual([]);
  for (let times = 0; times < 3; times++) warned(requestFrom('10.0.0.9', { 'x-forwarded-for': '1.1.1.1' }));
  warned(requestFrom('10.0.0.8', { forwarded: 'for=1.1.1.1' }));
  expect(lines).toMatchObject([{ level: 40, address: '10.0.0.9' }]);
  expect(lines[0]?.msg).toContain('TRUST_PROXY');
});
