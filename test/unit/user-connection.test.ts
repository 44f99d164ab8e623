// What reaches a connection of the calls, what ends it, and what a failing store does to it.
import { expect, test } from 'vitest';
import { createLogger } from '../../server/platform/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { createUserConnection, type UserSocket } from '../../server/users/user-connection.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import type { ConnectionId } from '../../server/users/user-rules.js';
import { createStage } from '../support/user-stage.js';

const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
const bob = { name: 'bob' as UserName, connection: 'connection of bob' as ConnectionId, isMuted: false };

function candidateFrom(from: string): Extract<UserParcel, { kind: 'candidate' }> {
  const message = { type: 'candidate', candidate: from, name: 'bob' } as const;
  return { kind: 'candidate', from: from as ConnectionId, message };
}

test('[U8] a candidate reaches a connection only from the one that it is linked with', () => {
  const told: string[] = [];
  const ann = createUserConnection(
    {
      OPEN: 1,
      readyState: 1,
      bufferedAmount: 0,
      send: (text) => told.push(text),
      close: () => {},
    },
    log,
  );
  ann.logIn({ name: 'ann' as UserName, written: 'ann' }, 0);
  ann.receive(candidateFrom(bob.connection));
  ann.receive({ kind: 'notice', notice: { to: ann.id, link: bob }, version: 1, part: 0 });
  ann.receive(candidateFrom('connection of cy'));
  ann.receive(candidateFrom(bob.connection));
  ann.receive({ kind: 'notice', notice: { to: ann.id, link: null }, version: 2, part: 0 });
  ann.receive(candidateFrom(bob.connection));
  expect(told).toEqual(['{"type":"candidate","candidate":"connection of bob","name":"bob"}']);
});

test('[U15] a store that fails is told as an error, and the connection goes on', async () => {
  let isBroken = true;
  const { connect } = createStage({
    between: (store) => ({
      ...store,
      decide: (names, rule) =>
        isBroken ? Promise.reject(new Error('the store is away')) : store.decide(names, rule),
    }),
  });
  const ann = connect();
  ann.say({ type: 'login', name: 'ann' });
  await ann.settled();
  expect(ann.take()).toEqual([{ type: 'error', ...userRefusals.unavailable() }]);
  isBroken = false;
  ann.say({ type: 'login', name: 'ann' });
  await ann.settled();
  expect(ann.take()).toEqual([{ type: 'login', success: true, iceServers: [] }]);
});

test('[U24] at more than 1 MiB that waits, a connection is told why and closed; nothing is sent after that', () => {
  const told: string[] = [];
  const closes: unknown[] = [];
  const socket: UserSocket & { bufferedAmount: number } = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 1024 * 1024,
    send: (text) => told.push(text),
    close: (code, reason) => closes.push([code, reason]),
  };
  const ann = createUserConnection(socket, log);
  ann.send({ type: 'leave', name: 'bob' });
  socket.bufferedAmount++;
  ann.send({ type: 'leave', name: 'cy' });
  socket.bufferedAmount = 0;
  ann.send({ type: 'leave', name: 'dan' });
  expect(told.map((text) => JSON.parse(text) as unknown)).toEqual([
    { type: 'leave', name: 'bob' },
    { type: 'error', ...userRefusals.tooSlow(1_048_576) },
  ]);
  expect(closes).toEqual([[1013, 'too-slow']]);
  expect(ann.isOver).toBe(true);
});
