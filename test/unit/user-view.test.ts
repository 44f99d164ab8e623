// How a name and its call look to the connection that holds it, and what its client is told from one look to the next.
import { describe, expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import {
  eventsBetween,
  linkOf,
  viewOf,
  type CallEvent,
  type CallView,
  type UserView,
} from '../../server/users/user-view.js';
import { offline, type Call, type User, type Users } from '../../server/users/user.js';
import { ann, away, bob, cy, lineOf, online, usersOf, jsonOf } from '../support/user-decisions.js';

const numbers = { id: 5, rings: 1 };
const calledByBob: Call = { ...numbers, state: 'called', other: bob, offer: jsonOf('hi') };
const callingAnn: Call = { ...numbers, state: 'calling', other: ann };
const withBob = { ...numbers, name: bob, written: 'bob', connection: lineOf(bob), presence: 'here' } as const;

describe('a name and its call', () => {
  test.each<[string, Users, UserView | null | undefined]>([
    ['a name without a call', usersOf(online(ann)), { name: ann, call: null }],
    [
      'an offer that rings',
      usersOf(online(ann, calledByBob), online(bob, callingAnn)),
      { name: ann, call: { ...withBob, state: 'called', offer: jsonOf('hi') } },
    ],
    [
      'one that has lost a glare',
      usersOf(online(ann, { ...calledByBob, hasLostGlare: true }), online(bob, callingAnn)),
      { name: ann, call: { ...withBob, state: 'called', offer: jsonOf('hi'), isMuted: true } },
    ],
    [
      'the answer to its own',
      usersOf(
        online(ann, { ...numbers, state: 'talking', other: bob, answer: jsonOf(null) }),
        online(bob, { ...numbers, state: 'talking', other: ann }),
      ),
      { name: ann, call: { ...withBob, state: 'talking', answer: jsonOf(null) } },
    ],
    [
      'the other away, as it wrote its name',
      usersOf(online(ann, calledByBob), { ...away(bob, callingAnn, 9), written: 'bob' }),
      { name: ann, call: { ...withBob, state: 'called', offer: jsonOf('hi'), presence: 'away' } },
    ],
    [
      'no call with one who knows nothing of it',
      usersOf(online(ann, calledByBob), online(bob)),
      { name: ann, call: null },
    ],
    ['nothing it can say without the other', usersOf(online(ann, calledByBob)), undefined],
    ['nothing here', new Map<string, User>([[ann, offline], ...usersOf(online(bob))]), null],
  ])('%s', (_what, users, view) => {
    expect(viewOf(users, lineOf(ann))).toEqual(view);
  });

  test('the other one is called as it wrote its name', () => {
    const other = { ...online(bob, callingAnn), written: 'Bob' };
    const users: Users = new Map<string, User>([
      [ann, online(ann, calledByBob)],
      [bob, other],
    ]);
    expect(viewOf(users, lineOf(ann))?.call).toMatchObject({ name: 'bob', written: 'Bob' });
  });

  test('candidates go to the connection of the other, if there is a call', () => {
    const call: CallView = { ...withBob, state: 'called', offer: jsonOf('hi') };
    expect(linkOf({ name: ann, call })).toBe(lineOf(bob));
    expect(linkOf({ name: ann, call: null })).toBeNull();
    expect(linkOf(undefined)).toBeNull();
  });
});

describe('[U28] what was missed', () => {
  const leave: CallEvent = { type: 'leave', name: 'bob' };
  const offer: CallEvent = { type: 'offer', value: jsonOf(1), name: 'bob' };
  const answer: CallEvent = { type: 'answer', value: jsonOf(2), name: 'bob' };
  const calling: CallView = { ...withBob, state: 'calling' };
  const rang: CallView = { ...withBob, state: 'called', offer: jsonOf(1) };
  const answered: CallView = { ...withBob, state: 'talking', answer: jsonOf(2) };
  const talks: CallView = { ...withBob, state: 'talking' };
  const byOlderNode = (call: CallView): CallView => {
    const { id: _id, rings: _rings, ...rest } = call;
    return rest;
  };
  const withCy: CallView = {
    ...calling,
    id: 3,
    name: cy,
    written: 'Cy',
    connection: lineOf(cy),
  };

  test.each<[string, CallView | null, CallView | null, CallEvent[]]>([
    ['nothing, alone', null, null, []],
    ['nothing, in the same call', calling, calling, []],
    ['nothing, in one of its own', null, calling, []],
    ['nothing, in one that it has answered', rang, talks, []],
    [
      'nothing, when the other is away, or back elsewhere',
      talks,
      { ...talks, presence: 'away', connection: lineOf(cy) },
      [],
    ],
    ['the end of the call', calling, null, [leave]],
    ['a call that rings', null, rang, [offer]],
    ['a newer offer of the same call', { ...rang, offer: jsonOf(0) }, { ...rang, rings: 2 }, [offer]],
    ['the same offer that has rung again', rang, { ...rang, rings: 2 }, [offer]],
    ['no offer that was heard', rang, rang, []],
    ['no offer that has lost a glare meanwhile', rang, { ...rang, isMuted: true }, []],
    ['the answer', calling, answered, [answer]],
    ['the answer to a call of which it knew nothing yet', null, answered, [answer]],
    ['no answer that was heard', answered, answered, []],
    ['no answer to a call that has long been talking', talks, answered, []],
    ['the end of one call and the next', withCy, rang, [{ type: 'leave', name: 'Cy' }, offer]],
    ['the end of one call and the next with the same user', { ...rang, id: 4 }, rang, [leave, offer]],
    [
      'the end of one that talked, and the answer to the next',
      { ...talks, id: 4 },
      answered,
      [leave, answer],
    ],
    ['an offer written by a node of the release before', null, byOlderNode(rang), [offer]],
    ['no offer of such a node that was heard', byOlderNode(rang), byOlderNode(rang), []],
    ['another offer of such a node', byOlderNode({ ...rang, offer: jsonOf(0) }), byOlderNode(rang), [offer]],
    ['no end of a call that such a node has written again', rang, byOlderNode(rang), []],
    [
      'the end of one with another, written by such a node',
      withCy,
      byOlderNode(calling),
      [{ type: 'leave', name: 'Cy' }],
    ],
  ])('is %s', (_what, was, is, told) => {
    expect(eventsBetween({ name: ann, call: was }, { name: ann, call: is })).toEqual(told);
  });

  test('at a login is what rings, or what its own call was answered', () => {
    const view = (call: CallView | null): UserView => ({ name: ann, call });
    expect(eventsBetween(undefined, view(null))).toEqual([]);
    expect(eventsBetween(undefined, view(rang))).toEqual([offer]);
    expect(eventsBetween(undefined, view(answered))).toEqual([answer]);
  });

  test.each(['ended', 'taken-over', 'unknown'] as const)(
    'is nothing about its call when the name is lost: %s',
    (lost) => {
      expect(eventsBetween({ name: ann, call: rang }, { lost })).toEqual([]);
    },
  );

  test('names the other as it wrote its name', () => {
    const written = 'Bo\u0308b';
    const call: CallView = { ...rang, name: 'böb' as UserName, written };
    expect(eventsBetween({ name: ann, call }, { name: ann, call: null })).toEqual([
      { type: 'leave', name: written },
    ]);
  });
});
