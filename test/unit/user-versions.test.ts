// What a connection makes of notices that come late, twice, or not at all.
import { describe, expect, test } from 'vitest';
import { nodeOf, type NodeId } from '../../server/cluster/address.js';
import { createLogger } from '../../server/platform/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { ServerMessage } from '../../server/protocol/user-messages.js';
import { createUserConnection } from '../../server/users/user-connection.js';
import type { NoticeParcel } from '../../server/users/user-parcel.js';
import type { ConnectionId, Link, Notice } from '../../server/users/user-rules.js';

const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
const ann = { name: 'ann' as UserName, written: 'ann' };
const link: Link = { name: 'bob' as UserName, connection: 'bob@two' as ConnectionId, isMuted: false };
const offer = { type: 'offer', offer: 1, name: 'bob' } as const;
const answer = { type: 'answer', answer: 2, name: 'bob' } as const;
const leave = { type: 'leave', name: 'bob' } as const;

function connect({ isIn = true } = {}) {
  const told: (ServerMessage | number)[] = [];
  const links: (string | null)[] = [];
  const looks: number[] = [];
  const connection = createUserConnection(
    {
      OPEN: 1,
      readyState: 1,
      bufferedAmount: 0,
      send: (text) => told.push(JSON.parse(text) as ServerMessage),
      close: (code) => told.push(code ?? 0),
    },
    log,
    {
      node: 'one' as NodeId,
      onLink: (next) => links.push(next?.connection ?? null),
      onLook: () => looks.push(told.length),
    },
  );
  if (isIn) connection.logIn(ann, 0);
  const notice = (news: Omit<Notice, 'to'>, version: number, part?: number): void => {
    const parcel: NoticeParcel = { kind: 'notice', notice: { to: connection.id, ...news }, version };
    connection.receive(part === undefined ? parcel : { ...parcel, part });
  };
  return { connection, told, links, looks, notice };
}

describe('[U27] a notice', () => {
  test('that comes twice, or after a newer one, is not told', () => {
    const { told, notice } = connect();
    notice({ link, message: offer }, 5, 0);
    notice({ link, message: offer }, 5, 0);
    notice({ link: null, message: leave }, 7, 1);
    notice({ link, message: answer }, 6, 0);
    expect(told).toEqual([offer, leave]);
  });

  test('of one decision follows another; one that changed nothing is told unless it is older', () => {
    const { told, notice } = connect();
    notice({ link, message: offer }, 5, 0);
    notice({ message: leave }, 5, 1);
    notice({ message: answer }, 5);
    notice({ message: answer }, 5);
    notice({ message: answer }, 4);
    expect(told).toEqual([offer, leave, answer, answer]);
  });

  test('of a lost glare brings the offer with it, unless it was heard', () => {
    const late = connect();
    late.notice({ link: { ...link, isMuted: true }, first: offer }, 6, 0);
    late.notice({ link, message: offer }, 5, 0);
    expect(late.told).toEqual([offer]);
    expect(late.connection.link?.isMuted).toBe(true);
    const inTime = connect();
    inTime.notice({ link, message: offer }, 5, 0);
    inTime.notice({ link: { ...link, isMuted: true }, first: offer }, 6, 0);
    expect(inTime.told).toEqual([offer]);
  });

  test('tells whom it is linked with, so that the node of that one can be watched', () => {
    const { connection, links, notice } = connect();
    expect(nodeOf(connection.id)).toBe('one');
    notice({ link }, 5, 0);
    notice({ link: null }, 6, 0);
    expect(links).toEqual(['bob@two', null]);
  });
});

describe('[U27] what comes before the answer to a login', () => {
  const success: ServerMessage = { type: 'login', success: true, iceServers: [] };
  const candidate = { type: 'candidate', candidate: 3, name: 'bob' } as const;

  function early() {
    const scene = connect({ isIn: false });
    const logIn = (version: number, own: () => void = () => {}): void => {
      scene.connection.logIn(ann, version);
      scene.connection.send(success);
      own();
      scene.connection.hearEarly();
    };
    const sendCandidate = (): void => {
      scene.connection.receive({ kind: 'candidate', from: link.connection, message: candidate });
    };
    return { ...scene, logIn, sendCandidate };
  }

  test('is heard after it, in its order, with the candidates', () => {
    const { told, notice, sendCandidate, logIn, looks } = early();
    notice({ link, message: offer }, 6, 1);
    sendCandidate();
    expect(told).toEqual([]);
    logIn(5);
    sendCandidate();
    expect(told).toEqual([success, offer, candidate, candidate]);
    expect(looks).toEqual([]);
  });

  test('is heard after what belongs to the login, and not again if that is newer', () => {
    const { told, notice, logIn } = early();
    notice({ link, message: offer }, 4, 1);
    notice({ message: leave, link: null }, 6, 0);
    logIn(5, () => {
      notice({ link, message: { ...offer, offer: 'the latest' } }, 5, 0);
    });
    expect(told).toEqual([success, { ...offer, offer: 'the latest' }, leave]);
  });

  test('may be a word from a node that it has missed something: then it reads what is kept', () => {
    const { connection, looks, logIn } = early();
    connection.receive({ kind: 'look' });
    expect(looks).toEqual([]);
    logIn(5);
    expect(looks).toEqual([1]);
  });

  test('may be more than can wait: then what is kept counts', () => {
    const { told, notice, logIn, looks } = early();
    for (let version = 6; version < 1000; version++) notice({ link, message: offer }, version, 0);
    logIn(5);
    expect(told).toHaveLength(101);
    expect(looks).toEqual([101]);
  });

  test('is dropped where it may be about another name, which this connection has asked for before', () => {
    const { connection, told, notice, logIn, looks } = early();
    connection.doubts.add('cy' as UserName);
    notice({ link, message: offer }, 6, 0);
    logIn(5);
    expect(told).toEqual([success]);
    expect(looks).toEqual([1]);
  });
});

describe('[U28] a connection that reads what is kept', () => {
  test('hears what it missed, and nothing of it again', () => {
    const { connection, told, notice } = connect();
    expect(connection.catchUp({ status: 'held', call: { link, told: offer } }, 8)).toBe(true);
    notice({ link, message: offer }, 8, 0);
    expect(connection.catchUp({ status: 'held', call: { link, told: offer } }, 8)).toBe(true);
    expect(told).toEqual([offer]);
    notice({ message: answer }, 8);
    expect(connection.catchUp({ status: 'held', call: null }, 9)).toBe(true);
    expect(told).toEqual([offer, answer, leave]);
    expect(connection.link).toBeNull();
  });

  test('hears an answer once, whichever way it comes', () => {
    const { connection, told, notice } = connect();
    notice({ link }, 5, 0);
    connection.catchUp({ status: 'held', call: { link, told: answer } }, 6);
    connection.catchUp({ status: 'held', call: { link, told: answer } }, 9);
    expect(told).toEqual([answer]);
  });

  test('that has heard of something newer meanwhile reads again, unless it is sure', () => {
    const { connection, told, notice } = connect();
    notice({ link, message: offer }, 9, 0);
    expect(connection.catchUp({ status: 'held', call: null }, 8)).toBe(false);
    expect(told).toEqual([offer]);
    expect(connection.catchUp({ status: 'held', call: null }, 8, true)).toBe(true);
    expect(told).toEqual([offer, leave]);
  });

  test.each([
    ['lost', 'unavailable', 1013],
    ['taken', 'taken-over', 1008],
  ] as const)('and finds its name %s is told %s, and closed with %i', (status, code, closeCode) => {
    const { connection, told, notice } = connect();
    notice({ link }, 9, 0);
    expect(connection.catchUp({ status }, 0)).toBe(true);
    expect(told).toEqual([expect.objectContaining({ type: 'error', code }), closeCode]);
  });
});
