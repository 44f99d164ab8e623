// The rules of calls by name as a table: who stands how, what is done, what is decided.
import { expect, test } from 'vitest';
import { parseUserName, type UserName } from '../../server/protocol/parse-user-name.js';
import { answer, leave, offer, takeBack, type Verdict } from '../../server/users/call-rules.js';
import { logIn } from '../../server/users/login-rules.js';
import {
  logOut,
  type Actor,
  type Call,
  type ConnectionId,
  type Decision,
  type Lack,
  type User,
  type UserRule,
  type Users,
} from '../../server/users/user-rules.js';

const [ann, bob, cy] = ['ann', 'bob', 'cy'].map((name) => nameOf(name)) as [UserName, UserName, UserName];

function nameOf(text: string): UserName {
  const name = parseUserName(text);
  if (name === undefined) throw new Error(`${text} is no name`);
  return name;
}

function connectionOf(name: UserName): ConnectionId {
  return `connection of ${name}` as ConnectionId;
}

function actor(name: UserName): Actor {
  return { name, connection: connectionOf(name) };
}

function to(name: UserName): { name: UserName; written: string } {
  return { name, written: name };
}

function online(name: UserName, call: Call = { state: 'none' }): [UserName, User] {
  return [name, { state: 'online', connection: connectionOf(name), written: name, call }];
}

const apart: Users = new Map([online(ann), online(bob), online(cy)]);
const ringing: Users = new Map([
  online(ann, { state: 'calling', other: bob }),
  online(bob, { state: 'called', other: ann, offer: 'first' }),
  online(cy),
]);
const talking: Users = new Map([
  online(ann, { state: 'talking', other: bob }),
  online(bob, { state: 'talking', other: ann }),
  online(cy),
]);

/** A decision in few words: how each of the changed stands, who is told what, who is linked, what came of it. */
interface Brief {
  users?: Record<string, string>;
  told?: [string, string][];
  links?: Record<string, string>;
  outcome?: string;
}

function briefOf({ users, notices, outcome }: Decision<Verdict | Lack>): Brief {
  const brief: Brief = {};
  const states = [...users].map(([name, user]): [string, string] => [
    name,
    user.state === 'offline' ? 'offline' : user.call.state,
  ]);
  if (states.length > 0) brief.users = Object.fromEntries(states);
  const nameOfConnection = (id: ConnectionId): string => id.slice('connection of '.length);
  const told = notices.flatMap(({ to: id, message }): [string, string][] =>
    message === undefined ? [] : [[nameOfConnection(id), JSON.stringify(message)]],
  );
  if (told.length > 0) brief.told = told;
  const links = notices.flatMap(({ to: id, link }): [string, string][] => {
    if (link === undefined) return [];
    return [[nameOfConnection(id), link ? `${link.name}${link.isMuted ? ', muted' : ''}` : 'nobody']];
  });
  if (links.length > 0) brief.links = Object.fromEntries(links);
  if (outcome) brief.outcome = 'lacks' in outcome ? `lacks ${outcome.lacks.join(' and ')}` : outcome.code;
  return brief;
}

const offered = (name: string, value: string): string =>
  JSON.stringify({ type: 'offer', offer: value, name });
const answered = (name: string): string => JSON.stringify({ type: 'answer', answer: 'yes', name });
const left = (name: string): string => JSON.stringify({ type: 'leave', name });

const rows: [fact: string, before: Users, rule: UserRule<Verdict | Lack>, Brief][] = [
  [
    '[U6] an offer rings and links both',
    apart,
    offer(actor(ann), to(bob), 'first'),
    {
      users: { ann: 'calling', bob: 'called' },
      told: [['bob', offered('ann', 'first')]],
      links: { ann: 'bob', bob: 'ann' },
    },
  ],
  [
    '[U7] who is offline cannot be called',
    apart,
    offer(actor(ann), to(nameOf('dan')), 1),
    { outcome: 'not-online' },
  ],
  ['[U7] who rings is busy', ringing, offer(actor(cy), to(bob), 1), { outcome: 'busy' }],
  ['[U7] who calls is busy', ringing, offer(actor(cy), to(ann), 1), { outcome: 'busy' }],
  ['[U7] who talks is busy', talking, offer(actor(cy), to(ann), 1), { outcome: 'busy' }],
  ['[U7] nobody calls oneself', apart, offer(actor(ann), to(ann), 1), { outcome: 'self-call' }],
  [
    '[U7] who talks has to leave before calling a third',
    talking,
    offer(actor(ann), to(cy), 1),
    { outcome: 'in-call' },
  ],
  [
    '[U7] who is called has to leave before calling a third',
    ringing,
    offer(actor(bob), to(cy), 1),
    { outcome: 'in-call' },
  ],
  [
    '[U6] the caller may offer again while it rings',
    ringing,
    offer(actor(ann), to(bob), 'second'),
    {
      users: { ann: 'calling', bob: 'called' },
      told: [['bob', offered('ann', 'second')]],
      links: { ann: 'bob', bob: 'ann' },
    },
  ],
  [
    '[U9] an offer of either in a call is relayed',
    talking,
    offer(actor(bob), to(ann), 'more'),
    { told: [['ann', offered('bob', 'more')]] },
  ],
  [
    '[U11] the second of two offers loses, and its candidates with it',
    ringing,
    offer(actor(bob), to(ann), 'late'),
    { users: { bob: 'called' }, links: { bob: 'ann, muted' }, outcome: 'glare' },
  ],
  [
    '[U8] [U11] an answer makes it a call, and is heard with all that follows',
    ringing,
    answer(actor(bob), to(ann), 'yes'),
    {
      users: { bob: 'talking', ann: 'talking' },
      told: [['ann', answered('bob')]],
      links: { bob: 'ann', ann: 'bob' },
    },
  ],
  [
    '[U9] an answer of either in a call is relayed',
    talking,
    answer(actor(ann), to(bob), 'yes'),
    { told: [['bob', answered('ann')]] },
  ],
  ['[U8] a stranger cannot answer', ringing, answer(actor(cy), to(ann), 'yes'), { outcome: 'not-in-call' }],
  ['[U8] nor in an empty line', apart, answer(actor(bob), to(ann), 'yes'), { outcome: 'not-in-call' }],
  [
    '[U12] the callee declines',
    ringing,
    leave(actor(bob), to(ann)),
    {
      users: { ann: 'none', bob: 'none' },
      told: [['ann', left('bob')]],
      links: { ann: 'nobody', bob: 'nobody' },
    },
  ],
  [
    '[U12] the caller gives up',
    ringing,
    leave(actor(ann), to(bob)),
    {
      users: { ann: 'none', bob: 'none' },
      told: [['bob', left('ann')]],
      links: { ann: 'nobody', bob: 'nobody' },
    },
  ],
  ['[U12] a stranger cannot hang up', talking, leave(actor(cy), to(ann)), { outcome: 'not-in-call' }],
  [
    '[U12] leaving nobody is refused',
    apart,
    leave(actor(ann), to(nameOf('dan'))),
    { outcome: 'not-in-call' },
  ],
  [
    '[U10] a ringing call is taken back',
    ringing,
    takeBack(actor(ann), bob),
    {
      users: { ann: 'none', bob: 'none' },
      told: [['bob', left('ann')]],
      links: { ann: 'nobody', bob: 'nobody' },
    },
  ],
  ['[U10] one that was answered is not', talking, takeBack(actor(ann), bob), {}],
  ['[U10] one that rings here is not', ringing, takeBack(actor(bob), ann), {}],
  [
    '[U4] a connection that no longer holds its name cannot hang up',
    talking,
    leave({ name: ann, connection: 'an older one' as ConnectionId }, to(bob)),
    { outcome: 'not-in-call' },
  ],
];

test.each(rows)('%s', (_fact, before, rule, brief) => {
  expect(briefOf(rule(before, 0))).toEqual(brief);
});

test('[U11] the loser of a glare is given the winning offer, the latest one', () => {
  const before = new Map([...ringing, ...offer(actor(ann), to(bob), 'second')(ringing, 0).users]);
  expect(offer(actor(bob), to(ann), 'late')(before, 0).outcome).toMatchObject({
    code: 'glare',
    name: 'ann',
    offer: 'second',
  });
});

test('[U2] a free name is given, a taken one is not, and the holder is named', () => {
  const connection = 'newcomer' as ConnectionId;
  const newcomer = { ...to(ann), connection };
  expect(logIn(newcomer)(new Map(), 0)).toEqual({
    users: new Map([[ann, { state: 'online', connection, written: 'ann', call: { state: 'none' } }]]),
    notices: [],
    outcome: { status: 'in' },
  });
  expect(logIn(newcomer)(apart, 0)).toEqual({
    users: new Map(),
    notices: [],
    outcome: { status: 'taken', unclaimed: connectionOf(ann) },
  });
});

test('[U13] who goes frees the name and the other', () => {
  expect(logOut(actor(bob))(talking, 0)).toEqual({
    users: new Map<UserName, User>([[bob, { state: 'offline' }], online(ann)]),
    notices: [{ to: connectionOf(ann), message: { type: 'leave', name: 'bob' }, link: null }],
    outcome: undefined,
  });
});

test('[U13] a rule that was not given the other asks for it', () => {
  const alone = new Map([...talking].filter(([name]) => name === bob));
  expect(logOut(actor(bob))(alone, 0)).toEqual({
    users: new Map(),
    notices: [],
    outcome: { lacks: [bob, ann] },
  });
});

test('[U13] an older connection cannot free a name', () => {
  const older: Actor = { name: bob, connection: 'an older one' as ConnectionId };
  expect(logOut(older)(talking, 0)).toEqual({ users: new Map(), notices: [], outcome: undefined });
});
