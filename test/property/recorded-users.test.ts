// Everything that the rules of release 1 told users, transition by transition: the new rules and `eventsBetween` tell the
// same. And what they tell of calls that ring until a time, which that release did not know.
import { expect, test } from 'vitest';
import type { Addressee, UserName } from '../../server/protocol/parse-user-name.js';
import type { TokenHash } from '../../server/protocol/resume-tokens.js';
import { type Rule, unchanged } from '../../server/kernel/rule.js';
import { answer, leave, offer, takeBackCall, type Verdict } from '../../server/users/call-rules.js';
import { logIn, type Login } from '../../server/users/login-rules.js';
import { createUserDomain } from '../../server/users/user-domain.js';
import { logOut, reclaim, vanish } from '../../server/users/user-rules.js';
import {
  eventsBetween,
  linkOf,
  viewOf,
  type CallEvent,
  type UserView,
} from '../../server/users/user-view.js';
import { noCall, offline, type Call, type ConnectionId, type User } from '../../server/users/user.js';
import { follow, readRecorded, recordedAt, replay } from '../support/recorded.js';
import { jsonOf } from '../support/user-decisions.js';

const graceMs = 12_000;
const domain = createUserDomain(graceMs);
const names = ['ann', 'bob', 'cy'];

type Outcome = Login | Verdict | void;

/** ann and bob have resume tokens, cy has none. */
function tokenOf(name: string): TokenHash | undefined {
  return name === 'cy' ? undefined : (`s-${name}` as TokenHash);
}

function nameOf(connection: string): UserName {
  return connection.replace(/\d$/, '') as UserName;
}

/** `calling~5000`: it rings until then. */
function callOf([given = '', other = '', value = '', lost]: string[]): Call {
  const [state, until] = given.split('~');
  const ringsUntil = until === undefined ? {} : { ringsUntil: recordedAt + Number(until) };
  const call = { id: 1, rings: 1, other: other as UserName, ...ringsUntil };
  if (state === 'calling') return { ...call, state };
  if (state === 'called')
    return { ...call, state, offer: jsonOf(value), ...(lost && { hasLostGlare: true }) };
  if (state === 'talking') return { ...call, state, ...(value && { answer: jsonOf(value) }) };
  return noCall;
}

/** `ann1`, `ann1~12000`: away until then, `ann1:calling:bob`, `ann1:called:bob:<offer>`. */
function userOf(text: string): User {
  if (text === '-' || text === '.') return offline;
  const [place = '', ...call] = text.split(':');
  const [connection = '', until] = place.split('~');
  const token = tokenOf(nameOf(connection));
  const user = {
    connection: connection as ConnectionId,
    written: nameOf(connection),
    ...(token && { secrets: [token] }),
    call: callOf(call),
  };
  return until === undefined
    ? { ...user, state: 'online' }
    : { ...user, state: 'away', until: recordedAt + Number(until) };
}

/** Without the numbers of calls, and until when they ring, which release 1 did not know. */
function shapeOf(user: User): unknown {
  if (user.state === 'offline') return user.state;
  const { connection, state, call } = user;
  const { id: _id, rings: _rings, ringsUntil: _until, ...kept } = { id: 0, rings: 0, ringsUntil: 0, ...call };
  return { connection, state, call: kept };
}

function ruleOf(op: string, connection: string, to: string): Rule<User, Outcome> {
  const name = nameOf(connection);
  const actor = { name, connection: connection as ConnectionId };
  const other: Addressee = { name: to as UserName, written: to };
  const token = tokenOf(name);
  switch (op) {
    case 'login':
      return logIn({ ...actor, written: name, ...(token && { token }) });
    case 'vanish':
      return vanish(actor, graceMs);
    case 'logout':
      return logOut(actor);
    case 'reclaim':
      return reclaim([connection]);
    case 'offer':
      return offer(actor, other, jsonOf(`o-${connection}`));
    case 'answer':
      return answer(actor, other, jsonOf(`a-${connection}`));
    case 'leave':
      return leave(actor, other);
    case 'takeBack':
      return takeBackCall(actor, other.name);
    default:
      return () => unchanged(undefined);
  }
}

function wordOf(event: CallEvent): string {
  if (event.type === 'leave') return `leave ${event.name}`;
  return `${event.type} ${String(JSON.parse(event.value))} ${event.name}`;
}

function statusOf(outcome: Outcome): string {
  if (!outcome || outcome.status === 'done' || outcome.status === 'kept' || outcome.status === 'relay')
    return '-';
  if (outcome.status === 'refused') return `refused ${outcome.refusal.code}`;
  return outcome.status === 'resumed' ? `resumed ${JSON.stringify(outcome.call)}` : outcome.status;
}

function linkTextOf(view: UserView | undefined): string {
  return `${linkOf(view)}${view?.call?.isMuted ? '*' : ''}`;
}

test('[U2] [U4] [U6] to [U13], [U21] to [U23], [U27] [U28] every recorded transition tells the same', async () => {
  expect(await compareAll('users.txt')).toBeGreaterThan(2000);
});

test('[U6] [U12] [U22] [U27] so does every transition of a call that rings until a time', async () => {
  expect(await compareAll('ringing-users.txt')).toBeGreaterThan(20);
});

/** @returns how many transitions there are */
async function compareAll(file: string): Promise<number> {
  const recorded = readRecorded(file);
  for (const { line, parts } of recorded) {
    const [what = '', before = '', after = '', status = '', told = ''] = parts;
    const [op = '', who = '', ...rest] = what.split(' ');
    const to = rest.find((word) => names.includes(word)) ?? '';
    const texts = before.split(' ');
    const states = new Map(names.map((name, index) => [name, userOf(texts[index] ?? '')]));
    const dead = rest.flatMap((word) => (word.startsWith('dead:') ? [word.slice(5)] : []));
    const isAsker = !['pass', 'reclaim'].includes(op);
    const replayed = await replay<User, UserView, Outcome>({
      domain,
      states,
      keys: to === '' ? [nameOf(who)] : [nameOf(who), to],
      rule: ruleOf(op, who, to),
      afterMs: Number(rest.find((word) => word.startsWith('+')) ?? 0),
      dead,
      asker: isAsker ? who : undefined,
      knowsNothing: op === 'login',
      onGranted(claim, outcome) {
        if (outcome?.status === 'in' || outcome?.status === 'resumed') claim.grant();
        const isLeaving = ['leave', 'takeBack'].includes(op) && outcome?.status === 'done';
        if (isLeaving && claim.view) claim.know({ ...claim.view, call: null });
      },
    });
    const shapes = names.map((name) => shapeOf(replayed.after.get(name) ?? offline));
    expect({ line, shapes }).toEqual({ line, shapes: after.split(' ').map((text) => shapeOf(userOf(text))) });
    expect({ line, status: statusOf(replayed.outcome) }).toEqual({ line, status });
    const expected = new Map(
      told === '' ? [] : told.split(' & ').map((one) => [one.slice(0, one.indexOf(':')), one]),
    );
    for (const connection of new Set([...expected.keys(), ...replayed.passed.keys()])) {
      if (dead.includes(connection)) continue;
      const known = viewOf(states, connection) ?? undefined;
      const { events, view, lost } = follow(replayed.passed.get(connection) ?? [known], eventsBetween);
      const words = events.map(wordOf);
      const [, said = '', link, ends] =
        /^\w+: (.*?);(?: link (\S+))?(?: ends (\S+))?$/.exec(
          expected.get(connection) ?? `${connection}: ;`,
        ) ?? [];
      // A loser of glare is told the offer first, if it does not know it yet: here it does.
      // A client whose login was not answered knows of no call that could end.
      const isNews = (word: string): boolean =>
        !(op === 'login' && connection === who && word.startsWith('leave'));
      const saidWords = said.split(', ').filter((word) => word !== '' && !word.endsWith('?') && isNews(word));
      if (replayed.outcome?.status === 'relay') words.push(...saidWords);
      expect({ line, connection, words }).toEqual({ line, connection, words: saidWords });
      if (link) expect({ line, connection, link: linkTextOf(view) }).toEqual({ line, connection, link });
      expect({ line, connection, ends: lost === 'taken-over' }).toEqual({
        line,
        connection,
        ends: ends !== undefined,
      });
    }
  }
  return recorded.length;
}
