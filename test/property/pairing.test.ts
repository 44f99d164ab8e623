// Random calls in which one sees the other go and come back while the other notices nothing, or starts anew, with signals
// on their way meanwhile: in the end there are two connections that have agreed with each other. `SEED=<seed>` runs them
// again.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { standInForBrowser } from '../support/call-scene.js';
import { createPairingStage, type Side } from '../support/pairing-stage.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const runs = scaled(10_000, 1000);
console.log(`seed of the pairings: ${seed} (SEED=${seed} runs them again)`);

const turn = fc.record({
  does: fc.oneof(
    { weight: 4, arbitrary: fc.constant('deliver' as const) },
    { weight: 1, arbitrary: fc.constantFrom('blink' as const, 'startAgain' as const) },
  ),
  who: fc.constantFrom<Side>(0, 1),
});

it(`${inThousands(runs)} calls find together, whatever one of the two has missed (seed ${seed})`, async () => {
  standInForBrowser();
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 40, size: 'max' }), async (turns) => {
      const stage = createPairingStage();
      for (const { does, who } of turns) await stage[does](who);
      await stage.calmDown();
      const [ann, bob] = stage.pair();
      expect([ann.signalingState, bob.signalingState]).toEqual(['stable', 'stable']);
      expect(ann.currentRemoteDescription).toEqual(bob.currentLocalDescription);
      expect(bob.currentRemoteDescription).toEqual(ann.currentLocalDescription);
      const anew = turns.filter(({ does }) => does !== 'deliver').length;
      expect(stage.connections, 'no more connections than there is reason for').toBeLessThanOrEqual(
        2 + 4 * anew,
      );
    }),
    { seed, numRuns: runs },
  );
});
