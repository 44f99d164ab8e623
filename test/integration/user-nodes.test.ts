// Calls between people on different nodes: to them it is one server.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { connectUser, logInUser, nameTaken, type UserClient } from '../support/user-client.js';
import { exchangeCandidates, exchanged, logInKept, startUserNodes, talk } from '../support/user-nodes.js';

const protocol = readFileSync(new URL('../../server/protocol/PROTOCOL.md', import.meta.url), 'utf8');

test('[U27] the session in PROTOCOL.md runs word for word with ann on one node and bob on another', async () => {
  const { urlOf } = await startUserNodes();
  const lines = (/```session\n([^]*?)```/.exec(protocol)?.[1] ?? '').trim().split('\n');
  expect(lines.length).toBeGreaterThan(20);
  const people = new Map<string, UserClient>();
  for (const line of lines) {
    const [, who = '', direction, text = ''] = /^(\w+) ([<>]) (.*)$/.exec(line) ?? [];
    const known = people.get(who);
    // Connecting takes the greeting, which is the first line of each.
    const person = known ?? (await connectUser(urlOf(who === 'ann' ? 0 : 1)));
    people.set(who, person);
    if (direction === '>') person.say(text);
    else if (known) expect(await person.hears(), line).toEqual(JSON.parse(text));
  }
});

test('[U11] [U27] glare between nodes: one offer wins, the other caller is shown it once, and they talk', async () => {
  const { urlOf } = await startUserNodes();
  for (let round = 0; round < 30; round++) {
    const names = [`ann ${round}`, `bob ${round}`] as const;
    const [ann, bob] = [await logInUser(urlOf(0), names[0]), await logInUser(urlOf(1), names[1])];
    ann.say({ type: 'offer', name: names[1], offer: 'from ann' });
    bob.say({ type: 'offer', name: names[0], offer: 'from bob' });
    const heard = await Promise.all([ann.hearsAll(), bob.hearsAll()]);
    // The winner hears nothing of its own offer.
    const annWins = heard[0].length === 0;
    const [loser, winner] = annWins ? [bob, ann] : [ann, bob];
    const [winnersName, losersName] = annWins ? names : [names[1], names[0]];
    const told = [...heard[0], ...heard[1]];
    while (told.length < 2) told.push(await loser.hears());
    const offer = annWins ? 'from ann' : 'from bob';
    expect(told).toEqual([
      { type: 'offer', offer, name: winnersName },
      { type: 'error', ...userRefusals.glare(winnersName), offer },
    ]);
    loser.say({ type: 'candidate', name: winnersName, candidate: 'of an offer that nobody has seen' });
    loser.say({ type: 'answer', name: winnersName, answer: 'then so' });
    expect(await winner.hears()).toEqual({ type: 'answer', answer: 'then so', name: losersName });
    expect(await loser.hearsAll()).toEqual([]);
  }
});

test('[U8] [U27] a candidate to another node is one publish, and none to one’s own', async () => {
  const { redis, urlOf } = await startUserNodes(3);
  const pair = await talk(await logInUser(urlOf(0), 'ann'), await logInUser(urlOf(1), 'bob'));
  const before = await redis.countCalls('publish');
  for (let turn = 0; turn < 10; turn++) {
    expect(await exchangeCandidates(pair, `${turn}`)).toEqual(exchanged(`${turn}`));
  }
  expect((await redis.countCalls('publish')) - before).toBe(20);
  const [cy, dan] = [await logInUser(urlOf(2), 'cy'), await logInUser(urlOf(2), 'dan')];
  cy.say({ type: 'offer', name: 'dan', offer: 1 });
  await dan.hears();
  const asked = await Promise.all(['publish', 'get'].map((command) => redis.countCalls(command)));
  for (let turn = 0; turn < 10; turn++) {
    cy.say({ type: 'candidate', name: 'dan', candidate: turn });
    expect(await dan.hears()).toEqual({ type: 'candidate', candidate: turn, name: 'cy' });
  }
  expect(await Promise.all(['publish', 'get'].map((command) => redis.countCalls(command)))).toEqual(asked);
});

test('[U9] [U27] two on different nodes negotiate again, both ways at once, and nothing is lost or turned round', async () => {
  const { urlOf } = await startUserNodes();
  const [ann, bob] = await talk(await logInUser(urlOf(0), 'ann'), await logInUser(urlOf(1), 'bob'));
  const turns = Array.from({ length: 30 }, (_, turn) => turn);
  for (const turn of turns) {
    ann.say({ type: 'offer', name: 'bob', offer: turn });
    ann.say({ type: 'candidate', name: 'bob', candidate: turn });
    bob.say({ type: 'answer', name: 'ann', answer: turn });
  }
  for (const turn of turns) {
    expect(await ann.hears()).toEqual({ type: 'answer', answer: turn, name: 'bob' });
    expect(await bob.hears()).toEqual({ type: 'offer', offer: turn, name: 'ann' });
    expect(await bob.hears()).toEqual({ type: 'candidate', candidate: turn, name: 'ann' });
  }
});

test('[U14] [U27] the list shows those of every node, and follows', async () => {
  const { urlOf } = await startUserNodes(3);
  const ann = await logInUser(urlOf(0), 'ann');
  ann.say({ type: 'users', watch: true });
  expect(await ann.hears()).toEqual({ type: 'users', users: [] });
  const bob = await logInUser(urlOf(1), 'bob');
  expect(await ann.hears()).toEqual({ type: 'users', users: [{ name: 'bob', busy: false }] });
  const cy = await logInUser(urlOf(2), 'cy');
  cy.say({ type: 'offer', name: 'bob', offer: 1 });
  await bob.hears();
  await expect
    .poll(() => ann.hears())
    .toEqual({
      type: 'users',
      users: [
        { name: 'bob', busy: true },
        { name: 'cy', busy: true },
      ],
    });
  await cy.close();
  expect(await bob.hears()).toEqual({ type: 'leave', name: 'cy' });
  expect(await ann.hears()).toEqual({ type: 'users', users: [{ name: 'bob', busy: false }] });
});

test('[U4] [U27] a name whose holder is alive on another node is taken; a dead one there is found by its node', async () => {
  const { urlOf } = await startUserNodes(2, { heartbeatMs: 0 });
  const ann = await logInUser(urlOf(0), 'ann');
  const other = await connectUser(urlOf(1));
  other.say({ type: 'login', name: 'ann' });
  expect(await other.hears()).toEqual(nameTaken('ann'));
  ann.socket.pause();
  // Until a second after ann was heard last, it counts as alive.
  await expect
    .poll(() => {
      other.say({ type: 'login', name: 'ann' });
      return other.hears();
    })
    .toEqual({ type: 'login', success: true, iceServers: [] });
  ann.socket.resume();
  await ann.closed;
});

test('[U21] [U27] a name is taken back on another node in the middle of a call, and the other hears nothing of it', async () => {
  const { urlOf } = await startUserNodes(3);
  const ann = await logInUser(urlOf(0), 'ann');
  const [bob] = await logInKept(urlOf(1), 'bob');
  await talk(ann, bob);
  const [again, answer] = await logInKept(urlOf(2), 'bob');
  expect(answer).toEqual({
    type: 'login',
    success: true,
    resumed: true,
    call: { name: 'ann', state: 'talking' },
    iceServers: [],
  });
  expect(await bob.hears()).toMatchObject({ type: 'error', code: 'taken-over' });
  expect(await bob.closed).toBe(1008);
  again.say({ type: 'candidate', name: 'ann', candidate: 'here again' });
  expect(await ann.hears()).toEqual({ type: 'candidate', candidate: 'here again', name: 'bob' });
  expect(await exchangeCandidates([ann, again], 'then')).toEqual(exchanged('then'));
  expect(await ann.hearsAll()).toEqual([]);
});

test('[U22] [U23] [U27] who is away on one node is rung, and hears of it on another', async () => {
  const { urlOf } = await startUserNodes();
  const ann = await logInUser(urlOf(0), 'ann');
  const [bob] = await logInKept(urlOf(1), 'bob');
  bob.socket.terminate();
  ann.say({ type: 'offer', name: 'bob', offer: 'missed' });
  expect(await ann.hearsAll()).toEqual([]);
  const [again] = await logInKept(urlOf(0), 'bob');
  expect(await again.hears()).toEqual({ type: 'offer', offer: 'missed', name: 'ann' });
  again.say({ type: 'answer', name: 'ann', answer: 'now' });
  expect(await ann.hears()).toEqual({ type: 'answer', answer: 'now', name: 'bob' });
});

test('[U22] [U27] when the grace of somebody on another node is over, the other hears leave', async () => {
  const { urlOf } = await startUserNodes(2, { graceMs: 300 });
  const ann = await logInUser(urlOf(0), 'ann');
  const [bob] = await logInKept(urlOf(1), 'bob');
  await talk(ann, bob);
  bob.socket.terminate();
  expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob' });
  await logInUser(urlOf(0), 'bob');
});

test('[U1] [U27] nobody sees where a connection is', async () => {
  const { urlOf } = await startUserNodes(2, { turnUrls: ['turn:turn.example.org'], turnSecret: 'secret' });
  const ann = await connectUser(urlOf(0));
  ann.say({ type: 'login', name: 'ann' });
  ann.say({ type: 'iceServers' });
  const heard = JSON.stringify([await ann.hears(), await ann.hears()]);
  expect(heard).toContain('username');
  expect(heard).not.toMatch(/@|n0\./);
});
