// What a session makes of messages that come late, twice, not at all, or before it is logged in.
import { describe, expect, test } from 'vitest';
import type { ServerMessage } from '../../server/protocol/user-messages.js';
import type { CallView } from '../../server/users/user-view.js';
import { ann, bob, lineOf, jsonOf } from '../support/user-decisions.js';
import { openUserSession } from '../support/open-user-session.js';

const offer = { type: 'offer', offer: 1, name: 'bob' } as const;
const answer = { type: 'answer', answer: 2, name: 'bob' } as const;
const leave = { type: 'leave', name: 'bob' } as const;
const withBob = {
  id: 5,
  rings: 1,
  name: bob,
  written: 'bob',
  connection: lineOf(bob),
  presence: 'here',
} as const;
const rings: CallView = { ...withBob, state: 'called', offer: jsonOf(1) };
const calling: CallView = { ...withBob, state: 'calling' };
const answered: CallView = { ...withBob, state: 'talking', answer: jsonOf(2) };

describe('[U27] a message about a call', () => {
  test('that comes twice, or after a newer one, is not told', () => {
    const { told, sees } = openUserSession('ann');
    sees(5, rings);
    sees(5, rings);
    sees(7, null);
    sees(6, answered);
    expect(told).toEqual([offer, leave]);
  });

  test('tells of all that was passed through, in its order', () => {
    const { told, sees } = openUserSession('ann');
    sees(5, calling);
    sees(9, calling, null, { ...rings, id: 9 });
    expect(told).toEqual([leave, offer]);
  });

  test('makes up for those that were lost before it', () => {
    const { told, sees } = openUserSession('ann');
    sees(5, rings);
    // Lost: the end of that call.
    sees(7, null, { ...rings, id: 7 });
    // Lost: that it has rung again, and its end.
    sees(10, null, { ...calling, id: 10 });
    expect(told).toEqual([offer, leave, offer, leave]);
  });

  test('of a lost glare brings the offer with it, unless it was heard', () => {
    const late = openUserSession('ann');
    late.sees(6, { ...rings, isMuted: true });
    late.sees(5, rings);
    expect(late.told).toEqual([offer]);
    expect(late.session.call?.isMuted).toBe(true);
    const inTime = openUserSession('ann');
    inTime.sees(5, rings);
    inTime.sees(6, { ...rings, isMuted: true });
    expect(inTime.told).toEqual([offer]);
  });

  test('of another name, which this connection has asked for before, is not told: that name is looked at', () => {
    const looked: string[] = [];
    const { session, told } = openUserSession('ann', { onUnknownHold: (name) => looked.push(name) });
    const views = [{ name: ann, call: rings }];
    session.receive({ kind: 'state', key: 'cy', version: 6, views });
    session.receive({ kind: 'state', key: 'cy', version: 7, views: [{ lost: 'unknown' }] });
    expect([told, looked]).toEqual([[], ['cy']]);
  });

  test('to one that has closed is dropped', () => {
    const { session, told, sees } = openUserSession('ann');
    session.claim.close();
    sees(5, rings);
    expect(told).toEqual([]);
  });
});

describe('[U27] what comes before the answer to a login', () => {
  const success: ServerMessage = { type: 'login', success: true, iceServers: [] };
  const candidate = { type: 'candidate', candidate: 3, name: 'bob' } as const;

  function early() {
    const looks: string[] = [];
    const open = openUserSession('ann', { onLook: (name) => looks.push(name) }, false);
    open.ask();
    const sendCandidate = (): void => {
      open.session.receive({ kind: 'relay', from: lineOf(bob), text: JSON.stringify(candidate) });
    };
    return { ...open, looks, sendCandidate };
  }

  test('is heard after it, in its order, with the candidates', () => {
    const { told, sees, sendCandidate, logIn } = early();
    sees(6, rings);
    sendCandidate();
    expect(told).toEqual([]);
    logIn();
    sendCandidate();
    expect(told).toEqual([success, offer, candidate, candidate]);
  });

  test('is heard after what belongs to the login, and not if that is newer', () => {
    const { session, told, sees } = early();
    sees(4, rings);
    sees(6, null);
    const { claim } = session;
    session.logIn({ name: ann, written: 'ann' });
    claim.grant();
    session.send(success);
    claim.apply({
      kind: 'state',
      key: ann,
      version: 5,
      views: [{ name: ann, call: { ...rings, rings: 2, offer: jsonOf('the latest') } }],
    });
    claim.settle();
    expect(told).toEqual([success, { ...offer, offer: 'the latest' }, leave]);
  });

  test('may be a word from a node of the release before: then the record is read again', () => {
    const { session, looks, logIn } = early();
    session.receive({ kind: 'look' });
    expect(looks).toEqual([]);
    logIn();
    expect(looks).toEqual(['ann']);
  });

  test('may be more than can wait: then the latest counts', () => {
    const { told, sees, logIn } = early();
    for (let version = 6; version < 1000; version++) {
      sees(version, { ...rings, rings: version, offer: jsonOf(version) });
    }
    logIn();
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toEqual({ ...offer, offer: 999 });
  });

  test('is told to nobody when the login is refused', () => {
    const looked: string[] = [];
    const { session, told, ask, sees } = openUserSession(
      'ann',
      { onUnknownHold: (name) => looked.push(name) },
      false,
    );
    ask();
    sees(6, rings);
    session.claim.settle();
    session.claim.drop();
    sees(7, { lost: 'unknown' });
    expect([told, looked]).toEqual([[], ['ann']]);
  });
});

describe('[U28] a connection whose record is read again', () => {
  test('hears what it missed, and nothing of it again', () => {
    const { session, told, sees } = openUserSession('ann');
    sees(8, rings);
    sees(7, rings);
    sees(9, rings);
    expect(told).toEqual([offer]);
    sees(10, answered);
    session.receive({ kind: 'relay', from: lineOf(bob), text: JSON.stringify(answer) });
    sees(11, null);
    expect(told).toEqual([offer, answer, answer, leave]);
    expect(session.call).toBeNull();
  });

  test('hears an answer once, whichever way it comes', () => {
    const { told, sees } = openUserSession('ann');
    sees(5, calling);
    sees(6, answered);
    sees(9, answered);
    expect(told).toEqual([answer]);
  });
});
