// Under which host names the server answers: a table of Host and the address that was connected to. [R17]
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createKnownHosts, type KnownHostsSettings } from '../../server/http/known-hosts.js';
import { createLogBook } from '../support/log-book.js';

const byDefault = { allowedHosts: [], host: '', trustProxy: false };

function isKnown(
  host: string | undefined,
  socket: object = { localAddress: '127.0.0.1' },
  settings: Partial<KnownHostsSettings> = {},
): boolean {
  const { has } = createKnownHosts({ ...byDefault, ...settings }, createLogBook().logger);
  return has({ headers: { host }, socket } as IncomingMessage);
}

const publicHost = 'attacker.example:8181';

describe('at an address of this machine', () => {
  it.each([
    undefined,
    '',
    'localhost',
    'localhost:8181',
    'LOCALHOST',
    'localhost.',
    'shop.localhost:8181',
    '127.0.0.1:8181',
    '127.1',
    '[::1]:8181',
    '192.168.1.7:8181',
    '203.0.113.7:8181',
    '[2001:db8::1]',
    'laptop:8181',
    'my_laptop',
    'laptop.local:8181',
    'Laptop.LOCAL.',
    'nas.home.arpa',
    'host.docker.internal:8181',
    'parley.default.svc.cluster.local',
  ])('[R17] %s is a known host', (host) => {
    expect(isKnown(host)).toBe(true);
  });

  it.each([
    publicHost,
    'attacker.example.',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example',
    '192.168.1.7.attacker.example:8181',
    'notlocal.xlocal.com',
    'local.com',
    'home.arpa.com',
    'user@attacker.example',
    'localhost@attacker.example',
    'attacker.example/localhost',
    'attacker.example#localhost',
    'attacker.example?localhost',
    'attacker.example\\localhost',
    'two words',
    ':8181',
    'localhost:99999',
    `${'a.'.repeat(127)}com`,
  ])('[R17] %s is not', (host) => {
    expect(isKnown(host)).toBe(false);
  });
});

describe('a host name that anybody can register', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
    '10.0.0.7',
    '172.17.0.2',
    '192.168.1.7',
    '169.254.1.1',
    '100.64.0.1',
    '::ffff:172.17.0.2',
    'fd00::7',
    'fe80::1',
    'fe80::1%eth0',
  ])('[R17] is not known at %s', (localAddress) => {
    expect(isKnown(publicHost, { localAddress })).toBe(false);
  });

  it.each([
    ['at a public address', { localAddress: '203.0.113.7' }],
    ['at a public address of IPv6', { localAddress: '2001:db8::7' }],
    ['at a public address between the private ones', { localAddress: '172.32.0.1' }],
    ['at a Unix socket', {}],
    ['over TLS, where the browser has checked it', { localAddress: '127.0.0.1', encrypted: true }],
  ])('[R17] is known %s', (_where, socket) => {
    expect(isKnown(publicHost, socket)).toBe(true);
  });

  it.each([
    ['TRUST_PROXY', { trustProxy: true }],
    ['ALLOWED_HOSTS', { allowedHosts: ['parley.example', 'attacker.example'] }],
    ['ALLOWED_HOSTS=*', { allowedHosts: ['*'] }],
    ['HOST', { host: 'Attacker.Example' }],
  ])('[R17] is known with %s', (_setting, settings) => {
    expect(isKnown(publicHost, undefined, settings)).toBe(true);
    expect(isKnown('ATTACKER.example.', undefined, settings)).toBe(true);
  });

  it('[R17] is not known with another one in ALLOWED_HOSTS, also not below it', () => {
    const settings = { allowedHosts: ['parley.example'] };
    expect(isKnown(publicHost, undefined, settings)).toBe(false);
    expect(isKnown('sub.parley.example', undefined, settings)).toBe(false);
  });
});
