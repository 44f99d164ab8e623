// Draws the seed of a run, unless CHAOS_SEED gives it, and prints it. The faults that are chosen follow from it; the
// moment at which each one meets the server does not, because processes and networks are real.
import { randomInt } from 'node:crypto';

export default function drawSeed(): void {
  process.env['CHAOS_SEED'] ??= String(randomInt(2 ** 31));
  console.log(`chaos: CHAOS_SEED=${process.env['CHAOS_SEED']} makes the same choices again`);
}
