// Random interleavings of what two people's connections do and say to each other: in the end both have agreed on the same
// offer and answer, know everything of each other, and have lost no address. `SEED=<seed>` runs them again.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  createNegotiationStage,
  type NegotiationOptions,
  type NegotiationStage,
  type Side,
} from '../support/negotiation-stage.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const runs = scaled(10_000, 1000);
console.log(`seed of the negotiations: ${seed} (SEED=${seed} runs them again)`);

interface Turn {
  does: 'add' | 'remove' | 'restart' | 'deliver' | 'finish' | 'gather' | 'raise';
  who: Side;
}

type Does = fc.WeightedArbitrary<Turn['does']>;
const does = (weight: number, ...these: Turn['does'][]): Does => ({
  weight,
  arbitrary: fc.constantFrom(...these),
});

const turn: fc.Arbitrary<Turn> = fc.record({
  does: fc.oneof(
    does(1, 'remove', 'restart'),
    does(2, 'add'),
    does(6, 'raise', 'gather'),
    does(10, 'deliver', 'finish'),
  ),
  who: fc.constantFrom<Side>(0, 1),
});
const negotiation = fc.array(turn, { maxLength: 150, size: 'max' });

function play(turns: Turn[], options: NegotiationOptions): NegotiationStage {
  const stage = createNegotiationStage(options);
  // As in every call, each has something to say from the start.
  stage.add(0);
  stage.add(1);
  for (const { does, who } of turns) stage[does](who);
  stage.calmDown();
  return stage;
}

function judge({ callers }: NegotiationStage, changes: number): void {
  const [ann, bob] = callers;
  for (const { connection, negotiation, worn } of callers) {
    expect(connection.signaling).toBe('stable');
    expect(connection.isNeeded).toBe(false);
    expect(negotiation).toMatchObject({ isNeeded: false, isOffered: false, received: [], early: [] });
    expect(negotiation.doing).toBeUndefined();
    if (worn !== undefined) expect(connection.found.ufrag, 'a restart is a new generation').not.toBe(worn);
  }
  expect(ann.connection.agreed).toBeDefined();
  expect(ann.connection.agreed, 'one agreed pair').toEqual(bob.connection.agreed);
  expect(ann.connection.heard, "all of bob's").toEqual([...bob.items].sort());
  expect(bob.connection.heard, "all of ann's").toEqual([...ann.items].sort());
  expect(ann.connection.added, "bob's addresses").toEqual(bob.connection.found);
  expect(bob.connection.added, "ann's addresses").toEqual(ann.connection.found);
  expect(Math.min(...passedOver(callers)), 'at most one passes offers over').toBe(0);
  expect(ann.offers + bob.offers, 'no more offers than there is to say').toBeLessThanOrEqual(2 * changes + 4);
}

function passedOver([ann, bob]: NegotiationStage['callers']): number[] {
  return [ann.offers - bob.taken, bob.offers - ann.taken];
}

it(`${inThousands(runs)} negotiations end with one description that both have agreed on (seed ${seed})`, () => {
  let crossed = 0;
  let restarted = 0;
  fc.assert(
    fc.property(negotiation, fc.boolean(), fc.boolean(), (turns, isAnnPolite, isOrderly) => {
      const stage = play(turns, { arePolite: [isAnnPolite, !isAnnPolite], isOrderly });
      judge(stage, turns.filter(({ does }) => ['add', 'remove', 'restart'].includes(does)).length);
      if (stage.callers.some(({ worn }) => worn !== undefined)) restarted += 1;
      if (Math.max(...passedOver(stage.callers)) > 0) crossed += 1;
    }),
    { seed, numRuns: runs },
  );
  // Negotiations without these prove little.
  expect(Math.min(crossed, restarted)).toBeGreaterThan(runs / 10);
});

it.each([true, false])('without one polite and one who is not, they do not always agree: both %s', (both) => {
  const property = fc.property(negotiation, (turns) => {
    judge(play(turns, { arePolite: [both, both], isOrderly: false }), turns.length);
  });
  expect(fc.check(property, { seed, numRuns: 1000, endOnFailure: true }).failed).toBe(true);
});
