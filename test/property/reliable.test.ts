// Random conversations over connections that are cut, and a server that forgets: exactly once, in order, and never to
// somebody else. The seed is printed; `PROPERTY_SEED=<seed>` runs it again.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ReliableStage, Side } from '../support/reliable-plot.js';
import { createReliableStage } from '../support/reliable-stage.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? randomInt(2 ** 31));
const runs = scaled(10_000, 1000);

type Turn =
  | { do: 'say' | 'comeBack' | 'loseSeat' | 'replace' | 'giveWay'; who: Side }
  | { do: 'move' | 'lose' | 'double'; who: Side; way: 'up' | 'down' }
  | { do: 'cut'; who: Side; tells: { client: boolean; server: boolean } }
  | { do: 'restartServer' | 'flow' }
  | { do: 'wait'; ms: number };

const who = fc.constantFrom<Side>(0, 1);
const way = fc.constantFrom('up' as const, 'down' as const);
const tells = fc.record({ client: fc.boolean(), server: fc.boolean() });

function does<Name extends Turn['do']>(name: Name) {
  return fc.constant(name);
}

const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: does('say'), who }) },
  { weight: 16, arbitrary: fc.record({ do: does('move'), who, way }) },
  { weight: 1, arbitrary: fc.record({ do: does('lose'), who, way }) },
  { weight: 2, arbitrary: fc.record({ do: does('double'), who, way }) },
  { weight: 2, arbitrary: fc.record({ do: does('cut'), who, tells }) },
  { weight: 4, arbitrary: fc.record({ do: does('comeBack'), who }) },
  { weight: 1, arbitrary: fc.record({ do: does('loseSeat'), who }) },
  { weight: 1, arbitrary: fc.record({ do: does('replace'), who }) },
  { weight: 2, arbitrary: fc.record({ do: does('giveWay'), who }) },
  { weight: 6, arbitrary: fc.record({ do: does('flow') }) },
  { weight: 1, arbitrary: fc.record({ do: does('restartServer') }) },
  { weight: 3, arbitrary: fc.record({ do: does('wait'), ms: fc.constantFrom(20, 2000, 10_000) }) },
);

/** None; one that hardly ever makes a message wait; one that does nearly always. */
const rateLimit = fc.constantFrom(undefined, { events: 10, bytes: 0 }, { events: 1, bytes: 0 });

function play(stage: ReliableStage, turn: Turn): void {
  if (turn.do === 'wait') stage.wait(turn.ms);
  else if (turn.do === 'cut') stage.cut(turn.who, turn.tells);
  else if ('way' in turn) stage[turn.do](turn.who, turn.way);
  else if ('who' in turn) stage[turn.do](turn.who);
  else stage[turn.do]();
}

it(`${inThousands(runs)} conversations over every fault: exactly once, in order, to nobody else (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(rateLimit, fc.array(turn, { maxLength: 120, size: 'max' }), async (limit, turns) => {
      const stage = createReliableStage(limit);
      for (const side of [0, 1] as const) stage.comeBack(side);
      for (const next of turns) play(stage, next);
      await stage.calmDown();
      judge(stage);
    }),
    { seed, numRuns: runs },
  );
});

function judge({ sent, arrived, isWaiting }: ReliableStage): void {
  const values = arrived.map(({ value }) => value);
  expect(new Set(values).size, 'nothing arrives twice').toBe(values.length);
  const order = new Map(sent.map(({ value }, index) => [value, index]));
  const last = new Map<string, number>();
  for (const { value, by, at } of arrived) {
    const number = order.get(value) ?? -1;
    expect(number, 'in order').toBeGreaterThan(last.get(`${by} ${at}`) ?? -1);
    last.set(`${by} ${at}`, number);
  }
  const receivers = new Map(arrived.map(({ value, at }) => [value, at]));
  for (const { value, by, meantFor, fate } of sent) {
    const receiver = receivers.get(value);
    if (fate === 'open' && !isWaiting(by)) throw new Error(`nobody knows what became of ${value}`);
    if (fate === 'settled') expect(receiver, 'settled means arrived').toBeDefined();
    if (fate === 'overflow') expect(receiver, 'refused means not sent').toBeUndefined();
    if (receiver !== undefined && meantFor !== undefined) expect(receiver, 'to nobody else').toBe(meantFor);
  }
}
