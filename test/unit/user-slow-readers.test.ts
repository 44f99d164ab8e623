// A user who reads slowly, and what somebody whose call it has not answered can make the server send to it.
import { expect, test } from 'vitest';
import type { UserPayload } from '../../server/users/user-record.js';
import type { CallView } from '../../server/users/user-view.js';
import { openUserSession } from '../support/open-user-session.js';
import { bob, cy, lineOf, jsonOf } from '../support/user-decisions.js';

const unread = 65_537;

/** @param id of the call */
function ringing(id: number, rings: number, name = bob): CallView {
  const offer = jsonOf(`offer ${rings} of ${name}`);
  const connection = lineOf(name);
  return { state: 'called', id, rings, name, written: name, connection, presence: 'here', offer };
}

function candidateOf(name: string): UserPayload {
  const text = JSON.stringify({ type: 'candidate', candidate: 1, name });
  return { kind: 'relay', from: lineOf(name), text };
}

const offerOf = (rings: number, name: string = bob): object => {
  return { type: 'offer', offer: `offer ${rings} of ${name}`, name };
};

test('[U24] an offer waits while more than 64 KiB are unread; when they are read, the latest one is sent', () => {
  const { socket, told, sees, reads } = openUserSession('ann');
  socket.bufferedAmount = unread - 1;
  sees(1, ringing(1, 1));
  socket.bufferedAmount = unread;
  sees(2, ringing(1, 2));
  sees(3, ringing(1, 3), ringing(1, 4));
  expect(told).toEqual([offerOf(1)]);
  expect(reads()).toBe(true);
  expect(told).toEqual([offerOf(1), offerOf(4)]);
  sees(4, null);
  expect(told.slice(2)).toEqual([{ type: 'leave', name: 'bob' }]);
  expect(reads()).toBe(false);
});

test('[U24] a call that has ended by then was never told, and its end is not told either', () => {
  const { socket, told, sees, reads } = openUserSession('ann');
  socket.bufferedAmount = unread;
  sees(1, ringing(1, 1));
  sees(2, null);
  sees(3, ringing(3, 1, cy));
  sees(4, null);
  reads();
  expect(told).toEqual([]);
  sees(5, ringing(5, 1, cy));
  expect(told).toEqual([offerOf(1, cy)]);
});

test('[U24] the end of a call that was told is told with the offer of the next one, in order', () => {
  const { socket, told, sees, reads } = openUserSession('ann');
  sees(1, ringing(1, 1));
  socket.bufferedAmount = unread;
  sees(2, null, ringing(2, 1, cy));
  sees(3, ringing(2, 2, cy));
  reads();
  expect(told).toEqual([offerOf(1), { type: 'leave', name: 'bob' }, offerOf(2, cy)]);
});

test('[U24] as long as it does not read enough, it waits on, with one ping at a time', () => {
  const { socket, told, sees, reads } = openUserSession('ann');
  socket.bufferedAmount = unread;
  sees(1, ringing(1, 1));
  expect(reads(unread)).toBe(true);
  sees(2, ringing(1, 2));
  expect(told).toEqual([]);
  expect(reads()).toBe(true);
  expect(told).toEqual([offerOf(2)]);
  expect(reads()).toBe(false);
});

test('[U24] candidates of a caller whose offer waits are dropped, and go through after it', () => {
  const { session, socket, told, sees, reads } = openUserSession('ann');
  socket.bufferedAmount = unread;
  sees(1, ringing(1, 1));
  session.receive(candidateOf('bob'));
  reads();
  session.receive(candidateOf('bob'));
  expect(told).toEqual([offerOf(1), { type: 'candidate', candidate: 1, name: 'bob' }]);
});

test('[U24] until the call is answered, candidates above 512 KiB are dropped; two who talk may say more', () => {
  const { session, socket, told, closes, sees } = openUserSession('ann');
  sees(1, ringing(1, 1));
  told.length = 0;
  socket.bufferedAmount = 512 * 1024;
  session.receive(candidateOf('bob'));
  expect(told).toHaveLength(1);
  socket.bufferedAmount++;
  session.receive(candidateOf('bob'));
  expect(told).toHaveLength(1);
  const { offer: _offer, ...call } = ringing(1, 1);
  sees(2, { ...call, state: 'talking' });
  session.receive(candidateOf('bob'));
  expect(told).toHaveLength(2);
  expect(closes).toEqual([]);
});

test('[U24] a connection that is closed while an offer waits is told nothing more', () => {
  const { session, socket, told, sees, reads } = openUserSession('ann');
  socket.bufferedAmount = unread;
  sees(1, ringing(1, 1));
  session.claim.close();
  reads();
  expect(told).toEqual([]);
});
