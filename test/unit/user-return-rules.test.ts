// The rules of names that survive a drop: who takes a name back, and how it finds its call.
import { describe, expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { TokenHash } from '../../server/protocol/resume-tokens.js';
import { logIn, type Newcomer } from '../../server/users/login-rules.js';
import type { Call, ConnectionId, NamedUser } from '../../server/users/user.js';
import {
  ann,
  bob,
  decide,
  firstToken,
  kept,
  lineOf,
  linkTo,
  secondToken,
  thirdToken,
  to,
  usersOf,
  jsonOf,
} from '../support/user-decisions.js';

const graceMs = 30_000;
const now = 1000;
const version = 9;
const numbers = { id: 5, rings: 1 };
const callingBob: Call = { ...numbers, state: 'calling', other: bob };
const calledByAnn: Call = { ...numbers, state: 'called', other: ann, offer: jsonOf('shall we?') };
const talkingTo = (other: UserName): Call => ({ ...numbers, state: 'talking', other });
const newLine = 'new line' as ConnectionId;

const keptAway = (name: UserName, call?: Call, until = now + graceMs): NamedUser => ({
  ...kept(name, call),
  state: 'away',
  until,
});

function newcomer(token?: TokenHash, nextToken?: TokenHash): Newcomer {
  return {
    ...to(bob),
    connection: newLine,
    ...(token !== undefined && { token }),
    ...(nextToken !== undefined && { nextToken }),
  };
}

describe('somebody comes back', () => {
  test.each([firstToken, secondToken])(
    '[U20] [U21] with the %s secret, and may choose new ones',
    async (secret) => {
      const back = newcomer(secret, thirdToken);
      expect(await decide(usersOf(keptAway(bob)), logIn(back), { by: back, now })).toEqual({
        users: usersOf({ ...kept(bob), connection: newLine, secrets: [secret, thirdToken] }),
        outcome: { status: 'resumed', call: null },
        told: {},
      });
    },
  );

  test('[U21] the old connection is told that it was taken over, if it is still there', async () => {
    const back = newcomer(secondToken);
    const { told } = await decide(usersOf(kept(bob)), logIn(back), { by: back, now });
    expect(told).toEqual({ [lineOf(bob)]: { messages: [], lost: 'taken-over' } });
  });

  test.each<[string, NamedUser, object]>([
    ['here', kept(bob), { holder: lineOf(bob) }],
    ['away', keptAway(bob), { retryInMs: graceMs }],
  ])('[U4] [U22] the name of one who is %s is taken for any other secret', async (_how, user, more) => {
    for (const secret of [undefined, thirdToken]) {
      const other = newcomer(secret);
      expect(await decide(usersOf(user), logIn(other), { by: other, now })).toEqual({
        users: new Map(),
        outcome: { status: 'taken', ...more },
        told: {},
      });
    }
  });

  test.each([
    ['an earlier attempt', { me: 'b', attempt: 1 }, 'stale'],
    ['the same attempt', { me: 'b', attempt: 2 }, 'stale'],
    ['a later attempt', { me: 'b', attempt: 3 }, 'resumed'],
    ['the first attempt of another client instance', { me: 'c', attempt: 0 }, 'resumed'],
    ['one that does not count', { me: 'b' }, 'resumed'],
    ['one that does not say who it is', { attempt: 1 }, 'resumed'],
  ])('[U21] %s', async (_what, count, status) => {
    for (const user of [kept(bob), keptAway(bob)]) {
      const counted: NamedUser = { ...user, me: 'b', attempt: 2 };
      const back = { ...newcomer(secondToken, thirdToken), ...count };
      const login = await decide(usersOf(counted), logIn(back), { by: back, now });
      expect(login.outcome).toMatchObject({ status });
      if (status === 'stale') expect(login).toMatchObject({ users: new Map(), told: {} });
      else
        expect(login.users.get(bob)).toEqual({
          ...kept(bob),
          connection: newLine,
          secrets: [secondToken, thirdToken],
          ...count,
        });
    }
  });

  test('[U21] in a call both ends learn of the new connection, and neither hears anything', async () => {
    const before = usersOf(kept(ann, talkingTo(bob)), keptAway(bob, talkingTo(ann)));
    const back = newcomer(firstToken);
    expect(await decide(before, logIn(back), { by: back, now })).toMatchObject({
      outcome: { status: 'resumed', call: { name: 'ann', state: 'talking' } },
      told: {
        [newLine]: { messages: [], link: linkTo(ann) },
        [lineOf(ann)]: { messages: [], link: linkTo(bob, newLine) },
      },
    });
  });

  test('[U22] what it was answered while it was away is not sent again', async () => {
    const answered: Call = { ...numbers, state: 'talking', other: ann, answer: jsonOf('yes') };
    const before = usersOf(kept(ann, talkingTo(bob)), keptAway(bob, answered));
    const back = newcomer(firstToken);
    const { users, told } = await decide(before, logIn(back), { by: back, now });
    expect(users.get(bob)).toMatchObject({ call: talkingTo(ann) });
    expect(told[newLine]?.messages).toEqual([]);
  });

  test('[U23] an offer that rings is handed over at the return', async () => {
    const before = usersOf(kept(ann, callingBob), keptAway(bob, calledByAnn));
    const back = newcomer(firstToken);
    const { outcome, told } = await decide(before, logIn(back), { by: back, now });
    expect(outcome).toEqual({ status: 'resumed', call: { name: 'ann', state: 'called' } });
    expect(told[newLine]?.messages).toEqual([{ type: 'offer', offer: 'shall we?', name: 'ann' }]);
    expect(told[lineOf(ann)]?.messages).toEqual([]);
  });

  test('[U11] [U21] who has lost a glare is still not heard before it answers', async () => {
    const lost: Call = { ...calledByAnn, hasLostGlare: true };
    const before = usersOf(kept(ann, callingBob), keptAway(bob, lost));
    const back = newcomer(firstToken);
    const { told } = await decide(before, logIn(back), { by: back, now });
    expect(told[newLine]?.link).toEqual(linkTo(ann, lineOf(ann), true));
  });

  test('[U21] the return of the other leaves the loser of a glare unheard', async () => {
    const lost: Call = { ...calledByAnn, hasLostGlare: true };
    const before = usersOf(keptAway(ann, callingBob), kept(bob, lost));
    const back: Newcomer = { ...to(ann), connection: newLine, token: firstToken };
    const { told } = await decide(before, logIn(back), { by: back, now });
    expect(told[lineOf(bob)]?.link).toEqual(linkTo(ann, newLine, true));
  });

  test('[U21] a rule that was not given the other of the call asks for it', () => {
    const decision = logIn(newcomer(firstToken))(usersOf(keptAway(bob, talkingTo(ann))), { now, version });
    expect(decision).toMatchObject({ states: new Map(), needs: [bob, ann] });
  });
});
