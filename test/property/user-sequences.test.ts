// Random calls of three people against the model, with connections that end and come back at any moment; and all at
// once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordStore } from '../../server/kernel/record-store.js';
import type { User } from '../../server/users/user.js';
import { probeMs } from '../../server/transport/probe.js';
import { inThousands, scaled } from '../support/scale.js';
import { createUserModel, ringingMs, type Told, type UserCommand } from '../support/user-model.js';
import { createStage, slowDown, type StagePerson } from '../support/user-stage.js';

const graceMs = 8000;
/** In half of the sequences. */
const yieldMs = 4000;
const names = ['ann', 'bob', 'cy'];
const person = fc.constantFrom(...names);
const secret = fc.integer({ min: 1, max: 3 });
const relay = fc.constantFrom('offer' as const, 'answer' as const, 'candidate' as const);
const command: fc.Arbitrary<UserCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { do: fc.constant('login' as const), who: person, seat: secret, next: secret },
      { requiredKeys: ['do', 'who'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), who: person }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('drop' as const, 'drop' as const, 'die' as const),
      who: person,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('announce' as const), who: person, seat: secret }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(graceMs) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constant(ringingMs / 2) }) },
  { weight: 9, arbitrary: fc.record({ do: relay, who: person, whom: person, value: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who: person, whom: person }) },
);
const sequence = fc.array(command, { minLength: 1, maxLength: 30 });
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = scaled(10_000, 1000);
console.log(`seed of the user sequences: ${seed} (SEED=${seed} runs them again)`);

function messageOf(
  said: Exclude<UserCommand, { do: 'close' | 'drop' | 'die' | 'announce' | 'wait' }>,
): object {
  if (said.do === 'login') {
    const { who, seat, next } = said;
    const secrets = { ...(seat && { resume: true, seat: `${seat}` }), ...(next && { next: `${next}` }) };
    return { type: 'login', name: who, ...secrets };
  }
  const message = { type: said.do, name: said.whom };
  return said.do === 'leave' ? message : { ...message, [said.do]: said.value };
}

/** A refusal has a sentence that the model does not know; everything else is exactly what the model says. */
function toldTo(name: string, told: Told[]): unknown[] {
  return told
    .filter(({ to }) => to === name)
    .map(({ message }): unknown =>
      message['type'] === 'error' || message['success'] === false
        ? expect.objectContaining(message)
        : message,
    );
}

/** Starts with everybody online, one of them without a secret, so that most commands mean something. */
const logins: UserCommand[] = [
  { do: 'login', who: 'ann', seat: 1, next: 2 },
  { do: 'login', who: 'bob', seat: 1 },
  { do: 'login', who: 'cy' },
];

test(`[U2] to [U13], [U20] to [U23], [U30] [U31] ${inThousands(runs)} sequences of three people tell everybody what the model says`, async () => {
  await fc.assert(
    fc.asyncProperty(sequence, fc.constantFrom(0, yieldMs), async (commands, ms) => {
      const stage = createStage({ graceMs, yieldMs: ms });
      const model = createUserModel(graceMs, ms);
      const people = new Map<string, StagePerson>();

      /** A new connection asks for a name; whoever had it before is told when it has lost it. */
      async function logIn(said: Extract<UserCommand, { do: 'login' }>): Promise<StagePerson> {
        const speaker = stage.connect();
        const before = people.get(said.who);
        const wasOnline = model.isOnline(said.who);
        speaker.say(messageOf(said));
        await speaker.settled();
        if (!speaker.session.user) return speaker;
        people.set(said.who, speaker);
        if (before && wasOnline) await haunt(before);
        return speaker;
      }

      /** Says and does on an old connection what has no effect any more. */
      async function haunt(ghost: StagePerson): Promise<void> {
        expect(ghost.take()).toMatchObject([{ type: 'error', code: 'taken-over' }]);
        for (const whom of names) {
          for (const type of ['offer', 'answer', 'candidate', 'leave']) {
            ghost.say({ type, name: whom, [type]: 'from a ghost' });
          }
        }
        ghost.leave();
        await ghost.settled();
        expect(ghost.take()).toEqual([]);
      }

      async function act(said: Exclude<UserCommand, { do: 'login' }>): Promise<void> {
        if (said.do === 'wait') {
          stage.pass(said.ms);
          return stage.look(names);
        }
        if (said.do === 'announce') return stage.announce(said.who, `${said.seat}`);
        const speaker = people.get(said.who);
        if (said.do === 'die') speaker?.leave('dropped', probeMs);
        else if (said.do === 'close') speaker?.leave('closed');
        else if (said.do === 'drop') speaker?.leave();
        else speaker?.say(messageOf(said));
        await speaker?.settled();
      }

      for (const next of [...logins, ...commands]) {
        // Who is not online says nothing but login.
        const isAsked = 'who' in next && next.do !== 'login' && next.do !== 'announce';
        if (isAsked && !model.isOnline(next.who)) continue;
        if (next.do === 'login') {
          const asker = await logIn(next);
          const told = model.run(next);
          expect(asker.take()).toEqual(toldTo(next.who, told));
          // A call of who had the name before is over.
          for (const name of names.filter((each) => each !== next.who && model.isOnline(each)))
            expect(people.get(name)?.take()).toEqual(toldTo(name, told));
        } else {
          await act(next);
          const told = model.run(next);
          for (const name of names.filter(model.isOnline)) {
            expect(people.get(name)?.take()).toEqual(toldTo(name, told));
          }
        }
        for (const [, { take }] of people) expect(take()).toEqual([]);
      }
      const { found } = await stage.store.list(100, () => true);
      const listed = found.flatMap(([name, user]) =>
        user.state === 'offline' ? [] : [{ name, written: user.written, busy: user.call.state !== 'none' }],
      );
      const expected = names
        .filter(model.hasName)
        .map((name) => ({ name, written: name, busy: model.isBusy(name) }));
      expect(listed.sort((a, b) => a.name.localeCompare(b.name))).toEqual(expected);
      stage.close();
    }),
    { numRuns: runs, seed },
  );
});

test('[U18] whatever is said all at once, calls join exactly two, and both ends know it', async () => {
  await fc.assert(
    fc.asyncProperty(sequence, fc.array(fc.nat(5), { minLength: 1 }), async (commands, delays) => {
      const stage = createStage({ graceMs, between: (store) => slowDown(store, delays) });
      const people = new Map<string, StagePerson>();
      const everybody: StagePerson[] = [];
      for (const next of [...logins, ...commands]) {
        if (next.do === 'wait') {
          stage.pass(next.ms);
          continue;
        }
        let speaker = people.get(next.who);
        if (next.do === 'announce') continue;
        if (next.do === 'close' || next.do === 'drop' || next.do === 'die') {
          speaker?.leave(next.do === 'close' ? 'closed' : 'dropped');
          people.delete(next.who);
          continue;
        }
        if (!speaker || next.do === 'login') {
          speaker = stage.connect();
          everybody.push(speaker);
          people.set(next.who, speaker);
        }
        speaker.say(messageOf(next));
      }
      for (const { settled } of everybody) await settled();
      await stage.look(names);
      const users = await readUsers(stage.store);
      for (const [name, user] of users) {
        if (user.state === 'offline') continue;
        const holder = everybody.find(({ session }) => session.id === user.connection)?.session;
        const { call } = user;
        if (user.state === 'online') {
          expect(holder?.user?.name).toBe(name);
          expect(holder?.call?.name ?? null).toBe(call.state === 'none' ? null : call.other);
        }
        if (call.state === 'none') continue;
        const other = users.get(call.other);
        expect(other).toMatchObject({ call: { other: name, state: oppositeOf[call.state] } });
        if (user.state === 'online') expect(other).toMatchObject({ connection: holder?.call?.connection });
      }
      // A connection that is not the holder of its name leads to nobody.
      for (const { session } of everybody) {
        const user = session.user && users.get(session.user.name);
        if (user?.state === 'online' && user.connection !== session.id && session.isOver) {
          expect(session.call).toBeNull();
        }
      }
      stage.close();
    }),
    { numRuns: runs, seed },
  );
});

const oppositeOf = { calling: 'called', called: 'calling', talking: 'talking' } as const;

async function readUsers(store: RecordStore<User>): Promise<ReadonlyMap<string, User>> {
  const { outcome } = await store.transact(names, (users) => ({ states: new Map(), outcome: users }));
  return outcome;
}
