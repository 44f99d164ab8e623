// What reaches a connection of the calls, what ends it, and what a failing store does to it.
import { describe, expect, onTestFinished, test } from 'vitest';
import { UnreadableRecord } from '../../server/kernel/record-store.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import type { CallRelay, UserPayload } from '../../server/users/user-record.js';
import type { CallView } from '../../server/users/user-view.js';
import { bob, lineOf } from '../support/user-decisions.js';
import { openUserSession } from '../support/open-user-session.js';
import { createStage } from '../support/user-stage.js';

const withBob: CallView = {
  state: 'talking',
  id: 5,
  rings: 1,
  name: bob,
  written: 'bob',
  connection: lineOf(bob),
  presence: 'here',
};

function relay(message: CallRelay, from: string): UserPayload {
  return { kind: 'relay', from: lineOf(from), text: JSON.stringify(message) };
}

const candidateFrom = (from: string): UserPayload =>
  relay({ type: 'candidate', candidate: from, name: 'bob' }, from);

describe('[U8] what is relayed', () => {
  test('reaches a connection only from the one that it is in a call with', () => {
    const { session, told, sees } = openUserSession('ann');
    session.receive(candidateFrom('bob'));
    sees(1, withBob);
    session.receive(candidateFrom('cy'));
    session.receive(candidateFrom('bob'));
    sees(2, null);
    session.receive(candidateFrom('bob'));
    expect(told).toEqual([
      { type: 'candidate', candidate: 'bob', name: 'bob' },
      { type: 'leave', name: 'bob' },
    ]);
  });

  test('comes from the connection that the other has now', () => {
    const { session, told, sees } = openUserSession('ann');
    sees(1, withBob);
    sees(2, { ...withBob, connection: lineOf('bob, back') });
    session.receive(candidateFrom('bob'));
    session.receive(candidateFrom('bob, back'));
    expect(told).toEqual([{ type: 'candidate', candidate: 'bob, back', name: 'bob' }]);
  });

  test.each<CallRelay>([
    { type: 'offer', offer: 1, name: 'bob' },
    { type: 'answer', answer: 1, name: 'bob' },
  ])('[U9] is also what negotiates in a call: %j', (message) => {
    const { session, told, sees } = openUserSession('ann');
    session.receive(relay(message, 'bob'));
    sees(1, withBob);
    session.receive(relay(message, 'cy'));
    session.receive(relay(message, 'bob'));
    expect(told).toEqual([message]);
  });

  test('[U27] may come from a node of the release before, which names the user and not the connection', () => {
    const { session, told, sees } = openUserSession('ann');
    const message: CallRelay = { type: 'offer', offer: 1, name: 'Bob' };
    sees(1, { ...withBob, written: 'Bob' });
    for (const name of ['cy', 'Bob']) {
      session.receive({ kind: 'relay', name, text: JSON.stringify({ ...message, name }) });
    }
    expect(told).toEqual([message]);
  });
});

describe('a store that fails', () => {
  const login = { type: 'login', name: 'ann' };
  const unavailable = { type: 'error', ...userRefusals.unavailable() };

  async function askTwice(cause: Error): Promise<unknown[]> {
    let isBroken = true;
    const { connect, close } = createStage({
      between: (store) => ({
        ...store,
        transact: (...given) => (isBroken ? Promise.reject(cause) : store.transact(...given)),
      }),
    });
    onTestFinished(close);
    const ann = connect();
    ann.say(login);
    await ann.settled();
    const first = ann.take();
    isBroken = false;
    ann.say(login);
    await ann.settled();
    return [first, ann.take()];
  }

  test('[U15] is told as an error, and the connection goes on', async () => {
    expect(await askTwice(new Error('the store is away'))).toEqual([
      [unavailable],
      [{ type: 'login', success: true, iceServers: [] }],
    ]);
  });

  test('[U15] [U28] and a record that cannot be parsed are the same to a client: no name is free by it', async () => {
    expect(await askTwice(new UnreadableRecord('ann'))).toEqual([
      [unavailable],
      [{ type: 'login', success: true, iceServers: [] }],
    ]);
  });
});

test('[U24] at more than 1 MiB that waits, a connection is told why and closed; nothing is sent after that', () => {
  const { session, socket, told, closes } = openUserSession('ann');
  socket.bufferedAmount = 1024 * 1024;
  session.send({ type: 'leave', name: 'bob' });
  socket.bufferedAmount++;
  session.send({ type: 'leave', name: 'cy' });
  socket.bufferedAmount = 0;
  session.send({ type: 'leave', name: 'dan' });
  expect(told).toEqual([
    { type: 'leave', name: 'bob' },
    { type: 'error', ...userRefusals.tooSlow(1_048_576) },
  ]);
  expect(closes).toEqual([[1013, 'too-slow']]);
  expect(session.isOver).toBe(true);
});

test.each([
  ['unknown', 'unavailable', 1013],
  ['taken-over', 'taken-over', 1008],
] as const)(
  '[U21] [U28] one whose name is lost (%s) is told %s, and closed with %i',
  (lost, code, closeCode) => {
    const { session, told, closes, sees } = openUserSession('ann');
    sees(5, withBob);
    sees(6, { lost });
    session.send({ type: 'leave', name: 'bob' });
    expect(told).toEqual([expect.objectContaining({ type: 'error', code })]);
    expect(closes).toEqual([[closeCode, code]]);
    expect(session.call).toBeNull();
  },
);

test('[U13] one that has given up its name itself is told nothing of it', () => {
  const { told, closes, sees } = openUserSession('ann');
  sees(5, withBob);
  sees(6, { lost: 'ended' });
  expect([told, closes]).toEqual([[], []]);
});

test('what is refused is counted by its code', () => {
  const codes: string[] = [];
  const { session, told } = openUserSession('ann', { onRefused: (code) => codes.push(code) });
  session.refuse(userRefusals.notInCall('bob'), 'leave');
  session.refuseLogin('taken', 'taken');
  session.close(userRefusals.idle());
  session.refuse(userRefusals.notInCall('bob'), 'leave');
  expect(codes).toEqual(['not-in-call', 'taken', 'idle']);
  expect(told).toHaveLength(3);
});
