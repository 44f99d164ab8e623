// The rules of calls by name as a table: how everybody stands, what is done, what is decided, and who is told what.
import { expect, test } from 'vitest';
import { parseUserName, type UserName } from '../../server/protocol/parse-user-name.js';
import { answer, leave, offer, takeBackCall, type Verdict } from '../../server/users/call-rules.js';
import type { Actor, ConnectionId, UserRule, Users } from '../../server/users/user.js';
import {
  actorOf,
  ann,
  bob,
  cy,
  decide,
  online,
  to,
  usersOf,
  type Decided,
  jsonOf,
} from '../support/user-decisions.js';

function nameOf(text: string): UserName {
  const name = parseUserName(text);
  if (name === undefined) throw new Error(`${text} is no name`);
  return name;
}

const now = { now: 0, version: 1 };
const numbers = { id: 5, rings: 1 };
const apart = usersOf(online(ann), online(bob), online(cy));
const ringing = usersOf(
  online(ann, { ...numbers, ringsUntil: 120_000, state: 'calling', other: bob }),
  online(bob, { ...numbers, ringsUntil: 120_000, state: 'called', other: ann, offer: jsonOf('first') }),
  online(cy),
);
const talking = usersOf(
  online(ann, { ...numbers, state: 'talking', other: bob }),
  online(bob, { ...numbers, state: 'talking', other: ann }),
  online(cy),
);

/** A decision in few words: how each of the changed stands, who is told what, who is linked, what came of it. */
interface Brief {
  users?: Record<string, string>;
  told?: [string, string][];
  links?: Record<string, string>;
  outcome?: string;
}

function briefOf({ users, told, outcome }: Decided<Verdict>): Brief {
  const brief: Brief = {};
  const states = [...users].map(([name, user]): [string, string] => [
    name,
    user.state === 'offline' ? 'offline' : user.call.state,
  ]);
  if (states.length > 0) brief.users = Object.fromEntries(states);
  const nameOfLine = (connection: string): string => connection.slice('line of '.length);
  const messages = Object.entries(told).flatMap(([line, news]) =>
    news.messages.map((message): [string, string] => [nameOfLine(line), JSON.stringify(message)]),
  );
  if (messages.length > 0) brief.told = messages;
  const links = Object.entries(told).flatMap(([line, { link }]): [string, string][] => {
    if (link === undefined) return [];
    return [[nameOfLine(line), link ? `${link.name}${link.isMuted ? ', muted' : ''}` : 'nobody']];
  });
  if (links.length > 0) brief.links = Object.fromEntries(links);
  if (outcome.status !== 'done') {
    brief.outcome = outcome.status === 'refused' ? outcome.refusal.code : outcome.status;
  }
  return brief;
}

const offered = (name: string, value: string): string =>
  JSON.stringify({ type: 'offer', offer: value, name });
const answered = (name: string): string => JSON.stringify({ type: 'answer', answer: 'yes', name });
const left = (name: string): string => JSON.stringify({ type: 'leave', name });

const parted = { users: { ann: 'none', bob: 'none' }, links: { ann: 'nobody', bob: 'nobody' } };

type Row = [fact: string, before: Users, by: UserName, rule: (actor: Actor) => UserRule<Verdict>, Brief];

const rows: Row[] = [
  [
    '[U6] an offer rings and links both',
    apart,
    ann,
    (me) => offer(me, to(bob), jsonOf('first')),
    {
      users: { ann: 'calling', bob: 'called' },
      told: [['bob', offered('ann', 'first')]],
      links: { ann: 'bob', bob: 'ann' },
    },
  ],
  [
    '[U7] who is offline cannot be called',
    apart,
    ann,
    (me) => offer(me, to(nameOf('dan')), jsonOf(1)),
    { outcome: 'not-online' },
  ],
  ['[U7] who rings is busy', ringing, cy, (me) => offer(me, to(bob), jsonOf(1)), { outcome: 'busy' }],
  ['[U7] who calls is busy', ringing, cy, (me) => offer(me, to(ann), jsonOf(1)), { outcome: 'busy' }],
  ['[U7] who talks is busy', talking, cy, (me) => offer(me, to(ann), jsonOf(1)), { outcome: 'busy' }],
  ['[U7] nobody calls oneself', apart, ann, (me) => offer(me, to(ann), jsonOf(1)), { outcome: 'self-call' }],
  [
    '[U7] who talks has to leave before calling a third',
    talking,
    ann,
    (me) => offer(me, to(cy), jsonOf(1)),
    { outcome: 'in-call' },
  ],
  [
    '[U7] who is called has to leave before calling a third',
    ringing,
    bob,
    (me) => offer(me, to(cy), jsonOf(1)),
    { outcome: 'in-call' },
  ],
  [
    '[U6] the caller may offer again while it rings',
    ringing,
    ann,
    (me) => offer(me, to(bob), jsonOf('second')),
    { users: { ann: 'calling', bob: 'called' }, told: [['bob', offered('ann', 'second')]] },
  ],
  [
    '[U6] the same offer again rings again',
    ringing,
    ann,
    (me) => offer(me, to(bob), jsonOf('first')),
    { users: { ann: 'calling', bob: 'called' }, told: [['bob', offered('ann', 'first')]] },
  ],
  [
    '[U9] an offer of either in a call is relayed',
    talking,
    bob,
    (me) => offer(me, to(ann), jsonOf('more')),
    { outcome: 'relay' },
  ],
  [
    '[U11] the second of two offers loses, and its candidates with it',
    ringing,
    bob,
    (me) => offer(me, to(ann), jsonOf('late')),
    { users: { bob: 'called' }, links: { bob: 'ann, muted' }, outcome: 'glare' },
  ],
  [
    '[U8] an answer makes it a call, and the caller is told of it',
    ringing,
    bob,
    (me) => answer(me, to(ann), jsonOf('yes')),
    { users: { bob: 'talking', ann: 'talking' }, told: [['ann', answered('bob')]] },
  ],
  [
    '[U9] an answer of either in a call is relayed',
    talking,
    ann,
    (me) => answer(me, to(bob), jsonOf('yes')),
    { outcome: 'relay' },
  ],
  [
    '[U8] the answer of one who calls is relayed',
    ringing,
    ann,
    (me) => answer(me, to(bob), jsonOf('yes')),
    { outcome: 'relay' },
  ],
  [
    '[U8] a stranger cannot answer',
    ringing,
    cy,
    (me) => answer(me, to(ann), jsonOf('yes')),
    { outcome: 'not-in-call' },
  ],
  [
    '[U8] nor one who is in no call',
    apart,
    bob,
    (me) => answer(me, to(ann), jsonOf('yes')),
    { outcome: 'not-in-call' },
  ],
];

const partings: Row[] = [
  [
    '[U12] the callee declines',
    ringing,
    bob,
    (me) => leave(me, to(ann)),
    { ...parted, told: [['ann', left('bob')]] },
  ],
  [
    '[U12] the caller gives up',
    ringing,
    ann,
    (me) => leave(me, to(bob)),
    { ...parted, told: [['bob', left('ann')]] },
  ],
  ['[U12] a stranger cannot hang up', talking, cy, (me) => leave(me, to(ann)), { outcome: 'not-in-call' }],
  [
    '[U12] leaving nobody is refused',
    apart,
    ann,
    (me) => leave(me, to(nameOf('dan'))),
    { outcome: 'not-in-call' },
  ],
  [
    '[U10] a ringing call is taken back',
    ringing,
    ann,
    (me) => takeBackCall(me, bob),
    { ...parted, told: [['bob', left('ann')]] },
  ],
  ['[U10] one that was answered is not', talking, ann, (me) => takeBackCall(me, bob), { outcome: 'kept' }],
  ['[U10] one that rings here is not', ringing, bob, (me) => takeBackCall(me, ann), { outcome: 'kept' }],
  [
    '[U4] a connection that no longer holds its name cannot hang up',
    talking,
    ann,
    () => leave({ name: ann, connection: 'an older one' as ConnectionId }, to(bob)),
    { outcome: 'not-in-call' },
  ],
];

test.each(rows)('%s', async (_fact, before, by, rule, brief) => {
  const actor = actorOf(by);
  expect(briefOf(await decide(before, rule(actor), { by: actor }))).toEqual(brief);
});

test.each(partings)('%s', async (_fact, before, by, rule, brief) => {
  const actor = actorOf(by);
  expect(briefOf(await decide(before, rule(actor), { by: actor, isLeaving: true }))).toEqual(brief);
});

test('[U11] the answer of one who has lost a glare lets its candidates through', async () => {
  const { users } = await decide(ringing, offer(actorOf(bob), to(ann), jsonOf('late')), { by: actorOf(bob) });
  const lost = new Map([...ringing, ...users]);
  expect(
    briefOf(await decide(lost, answer(actorOf(bob), to(ann), jsonOf('yes')), { by: actorOf(bob) })),
  ).toEqual({
    users: { bob: 'talking', ann: 'talking' },
    told: [['ann', answered('bob')]],
    links: { bob: 'ann' },
  });
});

test('[U11] the loser of a glare is given the winning offer, the latest one', () => {
  const before = new Map([
    ...ringing,
    ...offer(actorOf(ann), to(bob), jsonOf('second'))(ringing, now).states,
  ]);
  expect(offer(actorOf(bob), to(ann), jsonOf('late'))(before, now).outcome).toMatchObject({
    status: 'refused',
    refusal: { code: 'glare', name: 'ann' },
    offer: jsonOf('second'),
  });
});
