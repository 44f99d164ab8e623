// A million generated frames on both ports: the server lives, nothing is left of them, and the healthy pair talks on.
import { expect, it } from 'vitest';
import { startMeasuredServer } from '../support/measured-server.js';
import { scaled } from '../support/scale.js';
import { attacked } from './attacked.js';
import { noteAttack } from './attack-table.js';
import { branchCoverageOf } from './branch-coverage.js';
import { attackWithFrames } from './frame-attack.js';

const graceMs = 200;
/** In percent. Of a few thousand frames, chance decides which rare ones are among them. */
const leastTaken = scaled(95, 80);

it('generated frames end no process, reject nothing, and run through the branches of the parsers', async (context) => {
  const server = await startMeasuredServer({ graceMs, isCovered: true });
  const threat = 'malformed frames, both ports, without a rate limit';
  await attacked(context, server, { threat, tries: scaled(1_000_000, 4000), of: 'frames' }, async (tries) => {
    const { frames, connections } = await attackWithFrames(server, tries, threat);
    expect(frames).toBeGreaterThanOrEqual(tries);
    return `0 crashes, 0 unhandled rejections, on ${connections} connections`;
  });
  const { branches, taken, untaken } = await branchCoverageOf(await server.cover());
  noteAttack(context, {
    threat: 'branches of the parsers that these frames run through',
    tries: `${branches} branches`,
    result: `${((100 * taken) / branches).toFixed(1)} %, at least ${leastTaken}; not: ${untaken.join(', ')}`,
  });
  expect((100 * taken) / branches, untaken.join(', ')).toBeGreaterThanOrEqual(leastTaken);
});
