// Random conversations of four people in two channels, with connections that drop, linger and return; each word
// and each answer compared with the model. The seed is printed.
import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EnterOptions } from '../../server/protocol/room-events.js';
import { probeMs } from '../../server/transport/probe.js';
import { createRoomModel, type ModelPeer } from '../support/room-model.js';
import { createRoomTable, type TablePeer } from '../support/room-table.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const runs = scaled(10_000, 1000);
console.log(`seed of the room sequences: ${seed} (SEED=${seed} runs them again)`);

const people = ['ann', 'bob', 'cy', 'dan'] as const;
const channels = ['red', 'blue'] as const;
const graceMs = 12_000;
/** In half of the conversations. */
const yieldMs = 4000;

interface Turn {
  who: (typeof people)[number];
  channel: (typeof channels)[number];
  does:
    | 'join'
    | 'return'
    | 'late'
    | 'message'
    | 'bye'
    | 'ack'
    | 'vanish'
    | 'die'
    | 'end'
    | 'leave'
    | 'quit'
    | 'wait';
  /** With a secret. */
  keeps: boolean;
  /** The answer does not reach the client, so that it does not use its next secret yet. */
  isLost: boolean;
  /** Which of the connections it has speaks: 0 is the newest. */
  back: number;
  ms: number;
}

type Does = fc.WeightedArbitrary<Turn['does']>;
const does = (weight: number, ...these: Turn['does'][]): Does => ({
  weight,
  arbitrary: fc.constantFrom(...these),
});

const turn: fc.Arbitrary<Turn> = fc.record({
  who: fc.constantFrom('ann', 'ann', 'ann', 'bob', 'bob', 'bob', 'cy', 'cy', 'dan'),
  channel: fc.oneof(
    { weight: 4, arbitrary: fc.constant('red' as const) },
    { weight: 1, arbitrary: fc.constant('blue' as const) },
  ),
  does: fc.oneof(
    does(9, 'join'),
    does(6, 'return', 'message'),
    does(3, 'vanish', 'wait'),
    does(2, 'bye', 'late', 'leave', 'end', 'quit'),
    does(1, 'ack', 'die'),
  ),
  keeps: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  isLost: fc.oneof({ weight: 1, arbitrary: fc.constant(true) }, { weight: 3, arbitrary: fc.constant(false) }),
  back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
  ms: fc.oneof(fc.nat(graceMs), fc.constant(5000)),
});

it(`[R2] to [R5], [R7], [R9] to [R11], [R13], [R20] to [R24], [R26], [R35] [R36] ${inThousands(runs)} conversations go as the model says`, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { maxLength: 40, size: 'max' }),
      fc.constantFrom(0, yieldMs),
      (turns, ms) => playConversation(turns, ms, seen),
    ),
    { seed, numRuns: runs },
  );
  // A conversation that never meets a case proves nothing about it.
  for (const outcome of [
    'created',
    'joined',
    'resumed',
    'full',
    'ended',
    'stale',
    'has-seat',
    'left',
    'full, but wait',
    'yielded',
  ]) {
    expect({ outcome, isMet: (seen.get(outcome) ?? 0) > runs / 200 }).toEqual({ outcome, isMet: true });
  }
});

interface Line {
  id: string;
  model: ModelPeer;
  table: TablePeer;
}

/** What somebody's client library knows. */
interface Person {
  /** The newest first. */
  lines: Line[];
  secret: string;
  attempt: number;
  requests: EnterOptions[];
}

async function playConversation(turns: Turn[], ms: number, seen: Map<string, number>): Promise<void> {
  const model = createRoomModel(graceMs, ms, () => note('yielded'));
  const table = createRoomTable(graceMs, { yieldMs: ms });
  const everybody = new Map(
    people.map((who): [string, Person] => [
      who,
      { lines: [], secret: `${who}'s first secret`, attempt: 0, requests: [] },
    ]),
  );
  let count = 0;

  const note = (outcome: string): void => {
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  };

  function connect(who: string, { lines }: Person): Line {
    const id = `${who}-${++count}`;
    const line: Line = {
      id,
      model: { id, channel: undefined, isOver: false, heard: [] },
      table: table.connect(id),
    };
    lines.unshift(line);
    return line;
  }

  function nextRequest(who: string, person: Person, keeps: boolean): EnterOptions {
    person.attempt += 1;
    const me = `${who}'s incarnation`;
    const { attempt, secret: seat } = person;
    const asked = keeps ? { resume: true, seat, next: `${who}'s secret ${attempt}`, me, attempt } : { me };
    person.requests.push(asked);
    return asked;
  }

  async function ask(line: Line, channel: string, asked: EnterOptions): Promise<string> {
    const expected = model.join(line.model, channel, asked);
    const { status, role, peer, code, retryInMs } = await line.table.asks(channel, asked);
    const more = { ...(role && { role }), ...(code && { code }), ...(retryInMs && { retryInMs }) };
    const answer = { status, peer, ...more };
    expect(answer).toEqual(expected);
    const outcome = retryInMs ? 'full, but wait' : (code ?? status);
    note(outcome);
    return outcome;
  }

  async function join(line: Line, who: string, person: Person, { channel, keeps, isLost }: Turn) {
    if (line.model.isOver) return;
    const asked = nextRequest(who, person, keeps);
    const outcome = await ask(line, channel, asked);
    const isSeated = ['created', 'joined', 'resumed'].includes(outcome);
    if (isSeated && !isLost && asked.next !== undefined) person.secret = asked.next;
  }

  /** With a secret: a repeated one may come on a connection that has no seat. */
  async function quit(line: Line, who: string, person: Person, { channel, keeps, back }: Turn) {
    const attempt = (person.attempt += 1) - 2 * back;
    const asked = keeps
      ? { seat: person.secret, me: `${who}'s incarnation`, attempt: Math.max(0, attempt) }
      : {};
    const { status, code } = model.quit(line.model, channel, asked);
    const answer = await line.table.quits(channel, asked);
    const outcome = answer?.code ?? answer?.status ?? 'nothing';
    expect(outcome).toBe(code ?? status);
    note(outcome);
  }

  async function play(turn: Turn, number: number): Promise<void> {
    const { who, channel } = turn;
    const person = everybody.get(who);
    if (!person) throw new Error(`${who} never came`);
    const newest = person.lines[0];
    const line = person.lines[turn.back] ?? newest ?? connect(who, person);
    switch (turn.does) {
      case 'join':
        return join(newest?.model.isOver === false ? newest : connect(who, person), who, person, turn);
      case 'return':
        return join(connect(who, person), who, person, turn);
      case 'late': {
        const asked = person.requests.at(-1 - turn.back);
        if (asked) await ask(connect(who, person), channel, asked);
        return;
      }
      case 'message':
        model.message(line.model, channel, `turn ${number}`);
        return line.table.says('message', { channel, message: `turn ${number}` });
      case 'bye':
        model.bye(line.model, channel);
        return line.table.says('Bye', channel);
      case 'quit':
        return quit(turn.isLost ? connect(who, person) : line, who, person, turn);
      case 'ack':
        model.ack(line.model);
        return line.table.says('Ack');
      case 'vanish':
        model.vanish(line.model);
        return line.table.vanishes();
      case 'die':
        if (line.model.isOver) return;
        model.vanish(line.model, probeMs);
        return line.table.dies();
      case 'end':
        if (line.model.isOver) await line.table.end();
        return;
      case 'leave':
        model.leave(channel, person.secret);
        return table.leaves(channel, person.secret);
      case 'wait':
        model.pass(turn.ms);
        return table.pass(turn.ms, channels);
    }
  }

  function compare(): void {
    for (const { lines } of everybody.values()) {
      for (const { id, model: expected, table: actual } of lines) {
        const { heard, isOver } = expected;
        if (isDeepStrictEqual(actual.heard, heard) && actual.isOver() === isOver) continue;
        expect({ id, heard: actual.heard, isOver: actual.isOver() }).toEqual({ id, heard, isOver });
      }
    }
    for (const channel of channels) {
      const seated = table.seatsIn(channel);
      if (seated.length > 2) throw new Error(`${seated.length} in ${channel}: ${seated.join()}`);
      expect(seated.sort()).toEqual(model.seatsIn(channel).sort());
    }
  }

  try {
    for (const [number, turn] of turns.entries()) {
      await play(turn, number);
      compare();
    }
  } finally {
    table.close();
  }
}
