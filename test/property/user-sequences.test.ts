// Random calls of three people, with connections that end at any moment, against the model; and all at once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import type { User } from '../../server/users/user-rules.js';
import type { UserStore } from '../../server/users/user-store.js';
import { createUserModel, type Told, type UserCommand } from '../support/user-model.js';
import { createStage, type StagePerson } from '../support/user-stage.js';

const names = ['ann', 'bob', 'cy'];
const person = fc.constantFrom(...names);
const relay = fc.constantFrom('offer' as const, 'answer' as const, 'candidate' as const);
const command: fc.Arbitrary<UserCommand> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('login' as const), who: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), who: person }) },
  { weight: 8, arbitrary: fc.record({ do: relay, who: person, whom: person, value: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who: person, whom: person }) },
);
const sequence = fc.array(command, { minLength: 1, maxLength: 30 });
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed of the user sequences: ${seed} (SEED=${seed} runs them again)`);

function messageOf(said: UserCommand): object {
  if (said.do === 'login') return { type: 'login', name: said.who };
  if (said.do === 'close') throw new Error('closing is no message');
  const message = { type: said.do, name: said.whom };
  return said.do === 'leave' ? message : { ...message, [said.do]: said.value };
}

function toldTo(name: string, told: Told[]): unknown[] {
  return told.filter(({ to }) => to === name).map(({ message }): unknown => expect.objectContaining(message));
}

/** Starts with everybody online, so that most commands mean something. */
const logins: UserCommand[] = names.map((who) => ({ do: 'login', who }));

test('[U2] to [U13] 10,000 sequences of three people tell everybody what the model says', async () => {
  await fc.assert(
    fc.asyncProperty(sequence, async (commands) => {
      const stage = createStage();
      const model = createUserModel();
      const people = new Map<string, StagePerson>();
      for (const next of [...logins, ...commands]) {
        // Who is offline says nothing but login; who is online does not log in again.
        if (model.isOnline(next.who) === (next.do === 'login')) continue;
        const speaker = people.get(next.who) ?? stage.connect();
        people.set(next.who, speaker);
        const told = model.run(next);
        if (next.do === 'close') speaker.leave();
        else speaker.say(messageOf(next));
        await speaker.settled();
        if (next.do === 'close') people.delete(next.who);
        for (const [name, { take }] of people) expect(take()).toEqual(toldTo(name, told));
      }
      const listed = await stage.store.list(100);
      const expected = names
        .filter(model.isOnline)
        .map((name) => ({ name, written: name, busy: model.isBusy(name) }));
      expect(listed.sort((a, b) => a.name.localeCompare(b.name))).toEqual(expected);
    }),
    { numRuns: 10_000, seed },
  );
}, 120_000);

test('[U18] whatever is said all at once, calls join exactly two, and both ends know it', async () => {
  await fc.assert(
    fc.asyncProperty(sequence, fc.array(fc.nat(5), { minLength: 1 }), async (commands, delays) => {
      const stage = createStage(createSlowStore(delays));
      const people = new Map<string, StagePerson>();
      const everybody: StagePerson[] = [];
      for (const next of [...logins, ...commands]) {
        let speaker = people.get(next.who);
        if (next.do === 'close') {
          speaker?.leave();
          people.delete(next.who);
          continue;
        }
        if (!speaker) {
          speaker = stage.connect();
          everybody.push(speaker);
          people.set(next.who, speaker);
        }
        speaker.say(messageOf(next));
      }
      for (const { settled } of everybody) await settled();
      const users = await readUsers(stage.store);
      for (const [name, user] of users) {
        if (user.state === 'offline') continue;
        const { connection } = people.get(name) ?? {};
        const { call } = user;
        expect(connection?.link?.name ?? null).toBe(call.state === 'none' ? null : call.other);
        if (call.state === 'none') continue;
        const other = users.get(call.other);
        expect(other).toMatchObject({
          state: 'online',
          connection: connection?.link?.connection,
          call: { other: name, state: oppositeOf[call.state] },
        });
      }
    }),
    { numRuns: 3000, seed },
  );
}, 120_000);

/** Decides after so many turns of the event loop's microtasks, so that those who wait overtake one another. */
function createSlowStore(delays: readonly number[]): UserStore {
  const store = createMemoryUserStore();
  let count = 0;
  return {
    ...store,
    async decide(people, rule) {
      const turns = delays[count++ % delays.length] ?? 0;
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return store.decide(people, rule);
    },
  };
}

const oppositeOf = { calling: 'called', called: 'calling', talking: 'talking' } as const;

async function readUsers(store: ReturnType<typeof createStage>['store']): Promise<Map<UserName, User>> {
  const { outcome } = await store.decide(names as UserName[], (users) => ({
    users: new Map<UserName, User>(),
    notices: [],
    outcome: new Map(users),
  }));
  return outcome;
}
