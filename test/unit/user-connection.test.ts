// What reaches a connection of the calls, and what a failing store does to it.
import { expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { createUserConnection } from '../../server/users/user-connection.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import type { ConnectionId } from '../../server/users/user-rules.js';
import { createStage } from '../support/user-stage.js';

const bob = { name: 'bob' as UserName, connection: 'connection of bob' as ConnectionId, isMuted: false };

function candidateFrom(from: string): UserParcel {
  const message = { type: 'candidate', candidate: from, name: 'bob' } as const;
  return { kind: 'candidate', from: from as ConnectionId, message };
}

test('[U8] a candidate reaches a connection only from the one that it is linked with', () => {
  const told: string[] = [];
  const ann = createUserConnection({
    OPEN: 1,
    readyState: 1,
    send: (text) => told.push(text),
    close: () => {},
  });
  ann.receive(candidateFrom(bob.connection));
  ann.receive({ kind: 'notice', notice: { to: ann.id, link: bob } });
  ann.receive(candidateFrom('connection of cy'));
  ann.receive(candidateFrom(bob.connection));
  ann.receive({ kind: 'notice', notice: { to: ann.id, link: null } });
  ann.receive(candidateFrom(bob.connection));
  expect(told).toEqual(['{"type":"candidate","candidate":"connection of bob","name":"bob"}']);
});

test('[U15] a store that fails is told as an error, and the connection goes on', async () => {
  let isBroken = true;
  const { store } = createStage();
  const { connect } = createStage({
    ...store,
    decide: (names, rule) =>
      isBroken ? Promise.reject(new Error('the store is away')) : store.decide(names, rule),
  });
  const ann = connect();
  ann.say({ type: 'login', name: 'ann' });
  await ann.settled();
  expect(ann.take()).toEqual([
    {
      type: 'error',
      code: 'unavailable',
      message: 'The server could not do that just now. Please try again.',
    },
  ]);
  isBroken = false;
  ann.say({ type: 'login', name: 'ann' });
  await ann.settled();
  expect(ann.take()).toEqual([{ type: 'login', success: true, iceServers: [] }]);
});
