// Where a page that closes says so, by the address of the calls. [U30]
import { expect, it } from 'vitest';
import { leaveUrlOf } from '../../client/users/open-user-line.js';

it.each([
  ['ws://parley.test:8181/calls', 'http://parley.test:8181/leave'],
  ['wss://parley.test/under/calls', 'https://parley.test/under/leave'],
  ['wss://parley.test/under/calls/?room=1', 'https://parley.test/under/leave'],
  ['ws://parley.test:9090', 'http://parley.test:9090/leave'],
  ['ws://parley.test:9090/calls', 'http://parley.test:9090/leave'],
])('[U30] %s: %s', (address, leaveUrl) => {
  expect(leaveUrlOf(new URL(address))).toBe(leaveUrl);
});
